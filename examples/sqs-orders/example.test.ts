import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('charges every order it can and reports the one that fails', async () => {
  const { spans, logs, ...answer } = await run(handler, event as never);
  const failedId = event.Records[1]?.messageId;
  expect(answer).toEqual({ ok: true, result: { batchItemFailures: [{ itemIdentifier: failedId }] } });
  expect(String(spans)).toMatchInlineSnapshot();
  expect(logs).toMatchObject([
    { message: 'order charged', orderId: 'a', amount: 20 },
    { message: 'order charged', orderId: 'c', amount: 35 },
  ]);
});
