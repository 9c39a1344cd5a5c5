import { events, harness, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './aggregated.ts';

const { run } = harness();

/** Two clicks as the Kinesis Producer Library packs them. */
const packed = Buffer.from(
  '84mawgoDYWRhCgNib2IaEAgAGgx7InBhZ2UiOiIvIn0aFQgBGhF7InBhZ2UiOiIvbGFtcHMifbBQO+IKZdOivE/dqFXdNbk=',
  'base64',
);

it('takes packed and single clicks, and has the shard resumed at the first record that fails', async () => {
  const event = events.kinesis([{ data: packed }, { data: { page: '/sofas' } }, 'no json', { data: { page: '/' } }]);
  const { batchItemFailures, logs, spans } = await run(handler, event);
  expect(batchItemFailures).toEqual([event.Records[2]?.kinesis.sequenceNumber]);
  expect(logs).toMatchObject([{ page: '/' }, { page: '/lamps' }, { page: '/sofas' }]);
  const attributes = ['messaging.batch.message_count', 'clicks.count', 'tracelet.batch.skipped_count'];
  expect(String(spanTree(spans.spans, { attributes }))).toMatchInlineSnapshot(`
    "SERVER local-function
      CONSUMER process orders  messaging.batch.message_count=4 tracelet.batch.skipped_count=1
        CONSUMER process orders  clicks.count=2
        CONSUMER process orders  clicks.count=1
        CONSUMER process orders  [error TraceletError] "[parse_failed] The payload is not JSON (SyntaxError). Leave out parse to get the raw record.""
  `);
});
