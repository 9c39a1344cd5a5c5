import { harness } from '@tracelet/testing';
import { afterEach, expect, it, vi } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

afterEach(() => {
  vi.restoreAllMocks();
});

it('writes debug lines of the invocation that fails, and a summary of each', async () => {
  const good = await run(handler, event);
  const bad = await run(handler, { ...event, amount: 0 });
  const shown = ({ logs }: typeof good) => logs.map(({ level, message, orderId }) => [level, message, orderId]);
  expect(shown(good)).toEqual([
    ['INFO', 'order placed', 'o-1'],
    ['INFO', 'invocation ok', undefined],
  ]);
  expect(shown(bad)).toEqual([
    ['DEBUG', 'pricing', 'o-1'],
    ['ERROR', 'invocation error', undefined],
  ]);
  expect(bad.logs.at(-1)).toMatchObject({
    type: 'tracelet.invocation',
    outcome: 'error',
    error_type: 'RangeError',
    trigger: 'unknown',
    duration_ms: expect.any(Number),
    memory_used_mb: expect.any(Number),
    trace_id: bad.spans.roots[0]?.span.traceId,
  });
});
