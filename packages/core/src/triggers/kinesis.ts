import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import { MESSAGING_DESTINATION_PARTITION_ID, MESSAGING_MESSAGE_BODY_SIZE } from '../attributes.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineAwsRecords } from './aws-records.ts';

/**
 * Kinesis Data Streams. A batch comes from one shard and is resumed at the first failed sequence number.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesis: BatchTrigger<KinesisStreamEvent, KinesisStreamRecord, KinesisStreamBatchResponse> =
  /* @__PURE__ */ defineAwsRecords<KinesisStreamRecord>({
    id: 'kinesis',
    kind: 'pubsub',
    eventSource: 'aws:kinesis',
    // The conventions have no page for Kinesis; the custom value follows their pattern for SQS.
    system: 'aws.kinesis',
    idOf: ({ kinesis: { sequenceNumber } }) => sequenceNumber,
    // An event id is `SHARD:SEQUENCE_NUMBER`.
    batch: (record) => ({ [MESSAGING_DESTINATION_PARTITION_ID]: record?.eventID?.split(':')[0] }),
    record: ({ kinesis: { data } }) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(data, 'base64') }),
    order: 'sequence',
    key: ({ kinesis: { partitionKey } }) => partitionKey,
    sentAtMs: ({ kinesis: { approximateArrivalTimestamp } }) => approximateArrivalTimestamp * 1000,
  });
