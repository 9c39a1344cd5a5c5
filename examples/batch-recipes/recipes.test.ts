import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler as wholeBatch } from './whole-batch.ts';
import { handler as inWindow } from './window.ts';

const { run } = harness();

it('a loop of your own names the failed records, each of which has one span', async () => {
  const event = events.sqs(['{}', 'no json']);
  const { batchItemFailures, spans } = await run(wholeBatch, event);
  expect(batchItemFailures).toEqual([event.Records[1]?.messageId]);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders  messaging.batch.message_count=2
        CONSUMER process orders  messaging.message.id=059f36b4-87a3-44ab-83d2-000000000001
        CONSUMER process orders  [error SyntaxError] "Unexpected token 'o', \\"no json\\" is not valid JSON" messaging.message.id=059f36b4-87a3-44ab-83d2-000000000002"
  `);
});

it('a tumbling window keeps its state, and is over with an event without records', async () => {
  const { Records } = events.kinesis([{ data: {} }, { data: {} }]);
  const windowed = {
    Records,
    window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:02:00Z' },
    state: { clicks: 3 },
    shardId: 'shardId-000000000006',
    eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/clicks',
    isFinalInvokeForWindow: false,
    isWindowTerminatedEarly: false,
  };
  expect(await run(inWindow, windowed)).toMatchObject({ ok: true, result: { state: { clicks: 5 } } });
  const last = { ...windowed, Records: [], isFinalInvokeForWindow: true };
  const { spans, ...answer } = await run(inWindow, last);
  expect(answer).toMatchObject({ ok: true, result: { state: { clicks: 3 } } });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process clicks  messaging.batch.message_count=0"
  `);
});
