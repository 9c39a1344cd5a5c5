import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('stores the readings of each partition in order, and has a partition resumed at the one that fails', async () => {
  const { spans, logs, ...answer } = await run(handler, event as never);
  expect(answer).toMatchObject({
    ok: true,
    result: { batchItemFailures: [{ itemIdentifier: { partition: 'telemetry-1', offset: 71 } }] },
  });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process telemetry  messaging.batch.message_count=5
        CONSUMER process telemetry  links=1 messaging.message.id=telemetry-0:40
        CONSUMER process telemetry  messaging.message.id=telemetry-1:70
        CONSUMER process telemetry  messaging.message.id=telemetry-0:41
        CONSUMER process telemetry  [error RangeError] "device d-4 has no temperature" messaging.message.id=telemetry-1:71"
  `);
  expect(logs).toMatchObject([
    { message: 'reading stored', device: 'd-1', celsius: 21.5 },
    { message: 'reading stored', device: 'd-3', celsius: 19 },
    { message: 'reading stored', device: 'd-2', celsius: 22 },
  ]);
});
