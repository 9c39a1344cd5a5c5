import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('puts the ids of the span into the lines of pino', async () => {
  const { logs, spans } = await run(handler, event);
  const span = spans.roots[0]?.span;
  expect(logs).toMatchObject([
    {
      level: 'INFO',
      message: 'order placed',
      orderId: 'o-1',
      amount: 20,
      trace_id: span?.traceId,
      span_id: span?.spanId,
      request_id: expect.any(String),
      function_name: 'local-function',
      cold_start: false,
    },
  ]);
});
