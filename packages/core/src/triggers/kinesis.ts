import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import {
  MESSAGING_CONSUMER_GROUP_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_BODY_SIZE,
} from '../attributes.ts';
import { base64Text } from '../decode.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineAwsRecords } from './aws-records.ts';

/**
 * Kinesis Data Streams, read from the shards or through a consumer with enhanced fan-out. A batch comes from one shard
 * and is resumed at the first failed sequence number. With a tumbling window the last event of a window may have no
 * records.
 *
 * @carrier The data: top-level keys of a JSON object, the `detail` of an EventBridge event, the attributes of an SNS
 *   message. Data in gzip is not looked into.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesis: BatchTrigger<KinesisStreamEvent, KinesisStreamRecord, KinesisStreamBatchResponse> =
  /* @__PURE__ */ defineAwsRecords<KinesisStreamRecord>({
    id: 'kinesis',
    kind: 'pubsub',
    eventSource: 'aws:kinesis',
    // The conventions have no page for Kinesis; the custom value follows their pattern for SQS.
    system: 'aws.kinesis',
    idOf: (record) => record.kinesis.sequenceNumber,
    common: (record) => ({
      // An event id is `SHARD:SEQUENCE_NUMBER`.
      [MESSAGING_DESTINATION_PARTITION_ID]: record?.eventID?.split(':')[0],
      // With enhanced fan-out the ARN ends with `stream/NAME/consumer/CONSUMER:CREATED`.
      [MESSAGING_CONSUMER_GROUP_NAME]: record?.eventSourceARN?.split('/')[3]?.split(':')[0],
    }),
    record: (record) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.kinesis.data, 'base64') }),
    order: 'sequence',
    key: (record) => record.kinesis.partitionKey,
    payload: (record) => base64Text(record.kinesis?.data),
    sentAtMs: (record) => record.kinesis.approximateArrivalTimestamp * 1000,
  });
