import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './firehose.ts';

const { run } = harness();

it('answers for each visit', async () => {
  const visits = [{ country: 'ES', ip: '203.0.113.7', page: '/' }, { test: true }, { page: '/lost' }];
  const event = events.firehose(visits.map((data) => ({ data })));
  const { spans, ...answer } = await run(handler, event);
  expect(answer).toMatchObject({
    ok: true,
    result: {
      records: [
        {
          result: 'Ok',
          data: Buffer.from('{"country":"ES","page":"/"}\n').toString('base64'),
          metadata: { partitionKeys: { country: 'ES' } },
        },
        { result: 'Dropped' },
        // Firehose keeps the original.
        { result: 'ProcessingFailed', data: event.records[2]?.data },
      ],
    },
  });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders  messaging.batch.message_count=3
        CONSUMER process orders  messaging.message.id=495466306100000000000001
        CONSUMER process orders  messaging.message.id=495466306100000000000002
        CONSUMER process orders  [error TypeError] "a visit from nowhere" messaging.message.id=495466306100000000000003"
  `);
});
