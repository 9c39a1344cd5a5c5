import { describe, expect, it } from 'vitest';
import type { Lost } from './breadcrumb.ts';
import { makeSpans } from './evidence.fixture.ts';
import { recordEvidence } from './evidence.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';

const noted: Lost['noted'] = {
  traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
  spanId: '051581bf3cb55c13',
  parentId: '086e83747d0e381e',
  name: 'orders',
  kind: 1,
  start: 1_700_000_000_500,
  deadline: 1_700_000_003_500,
  attributes: { 'faas.coldstart': true },
};

/** The evidence as recorded by a process that starts so long after the lost invocation. */
function find(lost: Partial<Lost>, afterMs = 1000): OtlpSpan | undefined {
  const { ended, start } = makeSpans();
  const all = { owed: 0, noted, sign: {}, ...lost };
  recordEvidence(start('next'), all, 128, 1_700_000_000_500 + afterMs);
  return ended[0];
}

it('has the ids, the parent and the attributes of the span that never arrived', () => {
  const span = find({ sign: { peak: 60 * 1024 } });
  expect(span?.spanContext()).toEqual({ traceId: noted.traceId, spanId: noted.spanId, traceFlags: 1 });
  expect(span).toMatchObject({
    name: 'orders',
    kind: 1,
    parentSpanContext: { traceId: noted.traceId, spanId: '086e83747d0e381e' },
    startTime: [1_700_000_000, 500_000_000],
    endTime: [1_700_000_000, 500_000_000],
    status: { code: 2, message: 'The process died silently.' },
    attributes: {
      'faas.coldstart': true,
      'error.type': 'crash',
      'tracelet.recovered': true,
      'tracelet.peak_memory_mb': 60,
    },
  });
});

describe('what died', () => {
  const typeOf = (lost: Partial<Lost>, afterMs?: number): unknown => find(lost, afterMs)?.attributes['error.type'];

  it('is a time-out when the deadline has passed, and lasts until the deadline', () => {
    expect(typeOf({}, 3000)).toBe('timeout');
    expect(find({ sign: { at: 1_700_000_001_000 } }, 3000)?.endTime).toEqual([1_700_000_003, 500_000_000]);
    expect(typeOf({ noted: { ...noted, deadline: null } }, 3000)).toBe('crash');
  });

  it('is a lack of memory when the last sign came close to the limit', () => {
    expect(typeOf({ sign: { peak: 103 * 1024 } }, 3000)).toBe('out_of_memory');
    expect(typeOf({ sign: { peak: 102 * 1024 } })).toBe('crash');
  });

  it('is what the process itself could still say, when it said so', () => {
    const sign = { at: 1_700_000_002_000, peak: 120 * 1024, type: 'TypeError', message: 'no such order' };
    expect(find({ sign })).toMatchObject({
      endTime: [1_700_000_002, 0],
      attributes: { 'error.type': 'TypeError' },
      status: { message: 'no such order' },
    });
  });
});

it('is nothing when no invocation was running, or what was noted is no span', () => {
  expect(find({ noted: {} })).toBeUndefined();
  for (const bad of [{ traceId: '0'.repeat(32) }, { spanId: 'X' }, { start: -1 }, { start: undefined }]) {
    expect(find({ noted: { ...noted, ...bad } as Lost['noted'] })).toBeUndefined();
  }
  expect(find({ noted: { ...noted, parentId: 'none' } })?.parentSpanContext).toBeUndefined();
});
