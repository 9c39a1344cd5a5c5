import { harness } from '@tracelet/testing';
import { afterEach, expect, it, vi } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

afterEach(() => {
  vi.restoreAllMocks();
});

it('puts the ids of the span into the lines of winston', async () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  const { spans } = await run(handler, event);
  vi.restoreAllMocks();
  const span = spans.roots[0]?.span;
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 'INFO',
      message: 'order placed',
      orderId: 'o-1',
      amount: 20,
      trace_id: span?.traceId,
      span_id: span?.spanId,
      request_id: expect.any(String),
    },
  ]);
});
