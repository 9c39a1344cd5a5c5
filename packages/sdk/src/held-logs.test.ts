import { currentFrame, type Frame, type Held, type InvocationSampling, type LogRecord, shared } from '@tracelet/core';
import { expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { logParts } from './log-parts.ts';

const record = (severityNumber: number, attributes: object = {}): LogRecord => ({
  timestampMs: 1,
  severityNumber,
  severityText: '',
  body: 'said',
  attributes: attributes as LogRecord['attributes'],
});

/** What of two records is sent at once, and what waits. */
function logged(sampling: Partial<InvocationSampling> | undefined, hasTail: boolean) {
  const sent: LogRecord[] = [];
  const held: Held[] = [];
  const { emitLog } = logParts(readEnv({}), (each) => sent.push(each));
  const tail = hasTail ? { add: (item: Held) => held.push(item), decide: () => {} } : undefined;
  const invocation = { sampling: sampling && { ...sampling, tail } };
  shared().frames.run({ invocation } as unknown as Frame, () => {
    expect(currentFrame()?.invocation).toBe(invocation);
    emitLog?.(record(9, { text: 'x'.repeat(1000), list: [{ deep: 'y'.repeat(1000) }, null] }));
    emitLog?.(record(17));
  });
  return { sent, held };
}

it('leaves at once unless the records of the invocation wait with its spans', () => {
  for (const [sampling, hasTail] of [
    [undefined, false],
    [{ holdsLogs: false }, true],
    [{ holdsLogs: true }, false],
  ] as const) {
    const { held, sent } = logged(sampling, hasTail);
    expect([sent.length, held.length]).toEqual([2, 0]);
  }
});

it('waits with the spans, by its size and with errors told apart', () => {
  const { held, sent } = logged({ holdsLogs: true }, true);
  expect(sent).toEqual([]);
  expect(held.map(({ failed }) => failed)).toEqual([false, true]);
  expect(held[0]?.sizeBytes).toBeGreaterThan(4000);
  expect(held[1]?.sizeBytes).toBeLessThan(2000);
  for (const { send } of held) send();
  expect(sent.map(({ severityNumber }) => severityNumber)).toEqual([9, 17]);
});

it('leaves at once outside an invocation', () => {
  const sent: LogRecord[] = [];
  logParts(readEnv({}), (each) => sent.push(each)).emitLog?.(record(9));
  expect(sent).toHaveLength(1);
});
