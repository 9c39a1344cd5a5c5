import { describe, expect, it } from 'vitest';
import type { Lost } from './breadcrumb.ts';
import { evidenceSpan } from './evidence.ts';

const record: Lost['record'] = {
  traceId: '5b8aa5a2d2c872e8321cf37308d69df2',
  spanId: '051581bf3cb55c13',
  parentId: '086e83747d0e381e',
  name: 'orders',
  kind: 1,
  startTime: [1000, 500_000_000],
  deadlineMs: 1_003_500,
  peakKb: 60 * 1024,
  attributes: { 'faas.coldstart': true },
};

/** The evidence as seen by a process that starts at the given second. */
function find(lost: Partial<Lost>, startedAtS = 1001) {
  const all = { phase: 'r', undelivered: 0, record, last: {}, ...lost };
  const resource = { attributes: {} };
  return evidenceSpan(all, { resource, scope: { name: 'test' }, startedAtMs: startedAtS * 1000, memoryMb: 128 });
}

it('has the ids, the parent and the attributes of the span that never arrived', () => {
  const span = find({});
  expect(span?.spanContext()).toEqual({ traceId: record.traceId, spanId: record.spanId, traceFlags: 1 });
  expect(span).toMatchObject({
    name: 'orders',
    kind: 1,
    parentSpanContext: { traceId: record.traceId, spanId: '086e83747d0e381e', isRemote: true },
    startTime: [1000, 500_000_000],
    endTime: [1000, 500_000_000],
    status: { code: 2 },
    attributes: {
      'faas.coldstart': true,
      'error.type': 'crash',
      'tracelet.recovered': true,
      'tracelet.peak_memory_mb': 60,
    },
  });
});

describe('what died', () => {
  const typeOf = (lost: Partial<Lost>, startedAtS?: number): unknown =>
    find(lost, startedAtS)?.attributes['error.type'];

  it('is a time-out when the deadline was met or has passed, and lasts until the deadline', () => {
    expect(typeOf({ phase: 'w' })).toBe('timeout');
    expect(typeOf({ phase: 'r' }, 1004)).toBe('timeout');
    expect(find({ phase: 'h', last: { atMs: 1_001_000 } }, 1004)?.endTime).toEqual([1003, 500_000_000]);
  });

  it('is a lack of memory when the last sign came close to the limit', () => {
    expect(typeOf({ phase: 'h', last: { peakKb: 120 * 1024 } }, 1004)).toBe('out_of_memory');
    expect(typeOf({ record: { ...record, peakKb: 120 * 1024 } })).toBe('out_of_memory');
  });

  it('is what the process itself could still say', () => {
    const exit = find({ phase: 'x', last: { atMs: 1_002_000, exitCode: 7 } });
    expect(exit).toMatchObject({
      endTime: [1002, 0],
      attributes: { 'error.type': 'process_exit', 'process.exit.code': 7 },
      status: { message: 'The process exited with code 7 during the invocation.' },
    });
    expect(find({ phase: 'u', last: { errorType: 'TypeError', message: 'no such order' } })).toMatchObject({
      attributes: { 'error.type': 'TypeError' },
      status: { message: 'An error was not caught: no such order' },
    });
  });

  it('is nothing when no invocation was running, or the backend knows', () => {
    for (const phase of ['e', 's', '', '?']) expect(find({ phase })).toBeUndefined();
  });
});

it('is not made from a record that is no span', () => {
  for (const bad of [
    { traceId: '0'.repeat(32) },
    { spanId: 'X' },
    { startTime: [1, 2, 3] },
    { startTime: undefined },
  ]) {
    expect(find({ record: { ...record, ...bad } as unknown as Lost['record'] })).toBeUndefined();
  }
  expect(find({ record: { ...record, parentId: 'none' } })?.parentSpanContext).toBeUndefined();
});
