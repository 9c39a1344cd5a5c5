import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
  waitUntilStreamExists,
} from '@aws-sdk/client-kinesis';
import type { Link } from '@opentelemetry/api';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { events, harness, spanTree } from '@tracelet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KinesisPeer, startKinesis } from '../_shared/kinesis-peer.ts';
import { handler } from './handler.ts';

const { run } = harness();
const StreamName = 'clicks';
let peer: KinesisPeer;
let client: KinesisClient;

beforeAll(async () => {
  peer = await startKinesis(import.meta.url);
  client = new KinesisClient({
    endpoint: peer.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: new NodeHttpHandler(),
  });
}, 20_000);
afterAll(async () => {
  client?.destroy();
  await peer?.stop();
});

it('counts the clicks of a shard in order, each linked to who sent it', async () => {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  await waitUntilStreamExists({ client, minDelay: 1, maxWaitTime: 10 }, { StreamName });
  const put = await client.send(
    new PutRecordsCommand({
      StreamName,
      Records: [
        { PartitionKey: 'visitor-7', Data: json({ page: '/live', traceparent: producer('a') }) },
        { PartitionKey: 'visitor-8', Data: json({ page: '/live', traceparent: producer('b') }) },
        { PartitionKey: 'visitor-7', Data: json({ page: '/' }) },
        { PartitionKey: 'visitor-7', Data: Buffer.from('no json') },
        { PartitionKey: 'visitor-8', Data: json({ page: '/late' }) },
      ],
    }),
  );
  const ShardId = put.Records?.[0]?.ShardId;
  const iterator = new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
  const { ShardIterator } = await client.send(iterator);
  const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));

  const event = events.kinesisReceived(Records, { stream: StreamName, shard: ShardId });
  const { logs, spans, ...answer } = await run(handler, event);
  const failedId = put.Records?.[3]?.SequenceNumber;
  expect(answer).toMatchObject({ ok: false, error: { code: 'batch_failed', failedIds: [failedId] } });
  expect(logs).toMatchObject([
    { page: '/live', count: 1, visitor: 'visitor-7' },
    { page: '/live', count: 2, visitor: 'visitor-8' },
    { page: '/', count: 1, visitor: 'visitor-7' },
  ]);
  const attributes = ['messaging.batch.message_count', 'messaging.destination.partition.id', 'tracelet.record.key'];
  expect(String(spanTree(spans.spans, { attributes })).replaceAll(/\b\d{56}\b/g, 'ID')).toMatchInlineSnapshot(`
    "SERVER local-function  [error BatchError] "[batch_failed] 1 of 5 kinesis records failed (ID); the first with ..."
      CONSUMER process clicks  [error BatchError] "[batch_failed] 1 of 5 kinesis records failed (ID); the first with ..." messaging.batch.message_count=5 messaging.destination.partition.id=shardId-000000000000
        CONSUMER process clicks  links=1 messaging.destination.partition.id=shardId-000000000000 tracelet.record.key=f3fb9f1934a048fa
        CONSUMER process clicks  links=1 messaging.destination.partition.id=shardId-000000000000 tracelet.record.key=dcc783b2f6351ead
        CONSUMER process clicks  messaging.destination.partition.id=shardId-000000000000 tracelet.record.key=f3fb9f1934a048fa
        CONSUMER process clicks  [error TraceletError] "[parse_failed] The payload is not JSON (SyntaxError). Leave out parse to get the raw record." messaging.destination.partition.id=shardId-000000000000 tracelet.record.key=f3fb9f1934a048fa"
  `);
  const links = spans.spans.flatMap((span) => span.links as Link[]);
  expect(links.map(({ context: { spanId, traceId } }) => `00-${traceId}-${spanId}-01`)).toEqual([
    producer('a'),
    producer('b'),
  ]);
});

/** The trace context of whoever sent a click. */
function producer(letter: string): string {
  return `00-${letter.repeat(32)}-${letter.repeat(16)}-01`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
