import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
} from 'aws-lambda';
import {
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { base64Text } from '../decode.ts';
import type { BatchTrigger } from '../trigger.ts';
import { resourceOf } from './aws-records.ts';
import { defineRecords } from './records.ts';

/**
 * Amazon Data Firehose, data transformation: the function answers for each record with `Ok`, `Dropped` or
 * `ProcessingFailed`.
 *
 * @carrier The data: top-level keys of a JSON object, the `detail` of an EventBridge event, the attributes of an SNS
 *   message. Data in gzip is not looked into.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export const firehose: BatchTrigger<
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult
> = /* @__PURE__ */ defineRecords<
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult
>({
  id: 'firehose',
  kind: 'pubsub',
  matches: ({ deliveryStreamArn, records }) => deliveryStreamArn && records,
  list: ({ records }) => records,
  arnOf: ({ deliveryStreamArn }) => deliveryStreamArn,
  common: (record, event) => ({
    // The conventions have no page for Firehose; the custom value follows their pattern for SQS.
    [MESSAGING_SYSTEM_NAME]: 'aws.firehose',
    [MESSAGING_DESTINATION_NAME]: resourceOf(event?.deliveryStreamArn),
    [MESSAGING_DESTINATION_PARTITION_ID]: record?.kinesisRecordMetadata?.shardId,
  }),
  idOf: ({ recordId }) => recordId,
  record: ({ data }) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(data, 'base64') }),
  key: ({ kinesisRecordMetadata }) => kinesisRecordMetadata?.partitionKey,
  payload: ({ data }) => base64Text(data),
  sentAtMs: ({ approximateArrivalTimestamp }) => approximateArrivalTimestamp,
});
