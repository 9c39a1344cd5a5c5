import { events, fakeContext, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './fifo.ts';

const { run } = harness();

it('stops an account at its first failure; the other accounts go on', async () => {
  const event = events.sqs(
    [
      { body: { id: 'a1', cents: 500 }, group: 'account-a' },
      { body: { id: 'a2', cents: 0 }, group: 'account-a', receiveCount: 3 },
      { body: { id: 'a3', cents: 700 }, group: 'account-a' },
      { body: { id: 'b1', cents: 900 }, group: 'account-b', traceparent: `00-${'b'.repeat(32)}-${'b'.repeat(16)}-01` },
    ],
    { queue: 'payments.fifo' },
  );
  const { batchItemFailures, logs, ok, spans } = await run(handler, event);
  expect(ok).toBe(true);
  const [, failed, notTried] = event.Records.map(({ messageId }) => messageId);
  expect(batchItemFailures).toEqual([failed, notTried]);
  expect(logs).toMatchObject([{ level: 'ERROR', message: 'payment given up', paymentId: 'a2' }]);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process payments.fifo  messaging.batch.message_count=4
        CONSUMER process payments.fifo  messaging.message.id=059f36b4-87a3-44ab-83d2-000000000001
        CONSUMER process payments.fifo  links=1 messaging.message.id=059f36b4-87a3-44ab-83d2-000000000004
        CONSUMER process payments.fifo  [error RangeError] "payment a2 has no amount" messaging.message.id=059f36b4-87a3-44ab-83d2-000000000002"
  `);
});

it('starts no payment shortly before the deadline, and reports what it left', async () => {
  const event = events.sqs([{ body: { id: 'a1', cents: 500 } }], { queue: 'payments.fifo' });
  const { batchItemFailures, spans } = await run(handler, event, { context: fakeContext({ remainingMs: 90 }) });
  expect(batchItemFailures).toEqual([event.Records[0]?.messageId]);
  expect(spans.find('process payments.fifo')?.attributes).toMatchObject({ 'tracelet.batch.skipped_count': 1 });
});
