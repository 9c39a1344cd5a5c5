import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './stock.ts';

const { run } = harness();

it('tells of an article that sells out, and stops at an item that fits no schema', async () => {
  const lamp = { sku: 'lamp', stock: 1 };
  const event = events.dynamodb(
    [
      { newImage: lamp },
      { oldImage: lamp, newImage: { sku: 'lamp', stock: 0 } },
      { oldImage: { sku: 'sofa', stock: 2 }, newImage: { sku: 'sofa', stock: 'many' } },
      { oldImage: lamp, expired: true },
    ],
    { table: 'articles', keys: ['sku'] },
  );
  const { batchItemFailures, logs, spans } = await run(handler, event);
  expect(batchItemFailures).toEqual([event.Records[2]?.dynamodb?.SequenceNumber]);
  expect(logs).toMatchObject([{ message: 'sold out', sku: 'lamp' }]);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process articles  messaging.batch.message_count=4
        CONSUMER process articles  messaging.message.id=4421584500000000017450439091
        CONSUMER process articles  [error TraceletError] "[parse_failed] The payload does not fit the schema: stock: Invalid input: expected number, received string. Mend the pro..." messaging.message.id=4421584500000000017450439093
        CONSUMER process articles  messaging.message.id=4421584500000000017450439092"
  `);
});
