import { expect, it } from 'vitest';

import { kinesis } from './kinesis.ts';
import { kinesisReceived, sqsReceived } from './received.ts';
import { sqs } from './sqs.ts';

it('events.sqsReceived makes of received messages the event that events.sqs builds', () => {
  const messageAttributes = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    seal: Buffer.of(7),
  };
  const built = sqs([{ body: { id: 1 }, messageAttributes, group: 'a' }, 'text'], { queue: 'shop' });
  const received = built.Records.map((record) => ({
    MessageId: record.messageId,
    ReceiptHandle: record.receiptHandle,
    Body: record.body,
    MD5OfBody: record.md5OfBody,
    Attributes: { ...record.attributes } as Record<string, string>,
    ...(record.body !== 'text' && {
      MessageAttributes: {
        traceparent: { DataType: 'String', StringValue: messageAttributes.traceparent },
        seal: { DataType: 'Binary', BinaryValue: Uint8Array.of(7) },
      },
    }),
  }));
  expect(sqsReceived(received, { queue: 'shop' })).toEqual(built);
});

it('events.kinesisReceived makes of read records the event that events.kinesis builds', () => {
  const built = kinesis([{ data: { page: '/' }, partitionKey: 'visitor-1' }, 'text'], { stream: 'clicks' });
  const read = built.Records.map(({ kinesis: record }) => ({
    SequenceNumber: record.sequenceNumber,
    ApproximateArrivalTimestamp: new Date(record.approximateArrivalTimestamp * 1_000),
    Data: Uint8Array.from(Buffer.from(record.data, 'base64')),
    PartitionKey: record.partitionKey,
  }));
  expect(kinesisReceived(read, { stream: 'clicks', shard: 'shardId-000000000006' })).toEqual(built);
});

it('nothing received is an event without records', () => {
  expect([sqsReceived(undefined), kinesisReceived(undefined)]).toEqual([{ Records: [] }, { Records: [] }]);
});
