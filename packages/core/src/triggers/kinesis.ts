import type { KinesisStreamBatchResponse, KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';
import {
  EVENT_SOURCE_ARN,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_MESSAGE_ID,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { type BatchTrigger, defineBatchTrigger } from '../trigger.ts';
import { arnResource } from './arn.ts';
import { firstRecord, known } from './shape.ts';

// The conventions have no page for Kinesis; the custom value follows their pattern for SQS.
const system = { [MESSAGING_SYSTEM_NAME]: 'aws.kinesis' };

/**
 * Kinesis Data Streams. A batch comes from one shard and is resumed at the first failed sequence number.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export const kinesis: BatchTrigger<KinesisStreamEvent, KinesisStreamRecord, KinesisStreamBatchResponse> =
  defineBatchTrigger({
    id: 'kinesis',
    kind: 'pubsub',
    matches: (event) => firstRecord(event).eventSource === 'aws:kinesis',
    plan: () => ({ attributes: {} }),
    records: {
      list: (event) => event.Records,
      id: (record) => record.kinesis.sequenceNumber,
      respond: (failedIds) => ({ batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }),
      order: 'sequence',
      source: (event) => streamOf(event.Records[0]),
      attributes: (event) => {
        const first = event.Records[0];
        return known({
          ...system,
          [MESSAGING_DESTINATION_NAME]: streamOf(first),
          [MESSAGING_DESTINATION_PARTITION_ID]: shardOf(first),
          [EVENT_SOURCE_ARN]: first?.eventSourceARN,
        });
      },
      plan: (record) => ({
        attributes: known<string | number>({
          ...system,
          [MESSAGING_DESTINATION_NAME]: streamOf(record),
          [MESSAGING_DESTINATION_PARTITION_ID]: shardOf(record),
          [MESSAGING_MESSAGE_ID]: record.kinesis.sequenceNumber,
          [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.kinesis.data, 'base64'),
        }),
      }),
      sentAtMs: (record) => record.kinesis.approximateArrivalTimestamp * 1000,
    },
  });

/** `arn:aws:kinesis:REGION:ACCOUNT:stream/NAME`, for enhanced fan-out followed by `/consumer/...`. */
function streamOf(record: KinesisStreamRecord | undefined): string | undefined {
  return arnResource(record?.eventSourceARN)?.split('/')[1];
}

/** An event id is `SHARD:SEQUENCE_NUMBER`. */
function shardOf(record: KinesisStreamRecord | undefined): string | undefined {
  return record?.eventID?.split(':')[0];
}
