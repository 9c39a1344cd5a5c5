import { events, harness, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './aggregated.ts';

const { run } = harness();

it('takes single records as well, and has the shard resumed at the first that fails', async () => {
  const event = events.kinesis([
    { data: { page: '/' }, partitionKey: 'ada' },
    { data: 'no json', partitionKey: 'bob' },
    { data: { page: '/lamps' }, partitionKey: 'ada' },
  ]);
  const { batchItemFailures, spans } = await run(handler, event);
  expect(batchItemFailures).toEqual([event.Records[1]?.kinesis.sequenceNumber]);
  const attributes = ['messaging.batch.message_count', 'clicks.count', 'tracelet.batch.skipped_count'];
  expect(String(spanTree(spans.spans, { attributes }))).toMatchInlineSnapshot(`
    "SERVER local-function
      CONSUMER process orders  messaging.batch.message_count=3 tracelet.batch.skipped_count=1
        CONSUMER process orders  clicks.count=1
        CONSUMER process orders  [error TraceletError] "[parse_failed] The payload is not JSON (SyntaxError). Leave out parse to get the raw record.""
  `);
});
