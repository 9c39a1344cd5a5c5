import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('charges every order it can and reports the one that fails', async () => {
  const { spans, logs, ...answer } = await run(handler, event as never);
  const failedId = event.Records[1]?.messageId;
  expect(answer).toMatchObject({ ok: true, result: { batchItemFailures: [{ itemIdentifier: failedId }] } });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders  messaging.batch.message_count=3
        CONSUMER process orders  links=1 messaging.message.id=059f36b4-87a3-44ab-83d2-000000000001
          INTERNAL charge card
        CONSUMER process orders  [error RangeError] "order b has no amount" links=1 messaging.message.id=059f36b4-87a3-44ab-83d2-000000000002
          INTERNAL charge card  [error RangeError] "order b has no amount"
        CONSUMER process orders  messaging.message.id=059f36b4-87a3-44ab-83d2-000000000003
          INTERNAL charge card"
  `);
  expect(logs).toMatchObject([
    { message: 'order charged', orderId: 'a', amount: 20 },
    { message: 'order charged', orderId: 'c', amount: 35 },
  ]);
});
