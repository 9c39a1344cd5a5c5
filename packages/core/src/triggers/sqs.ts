import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { MESSAGING_MESSAGE_BODY_SIZE } from '../attributes.ts';
import type { BatchTrigger, Carrier } from '../trigger.ts';
import { XRAY_HEADER } from '../xray.ts';
import { defineAwsRecords, sourceOf } from './aws-records.ts';

/**
 * Amazon SQS, standard and FIFO. A FIFO queue keeps order within a message group, so a group stops at its first failure.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqs: BatchTrigger<SQSEvent, SQSRecord, SQSBatchResponse> = /* @__PURE__ */ defineAwsRecords<SQSRecord>({
  id: 'sqs',
  kind: 'pubsub',
  eventSource: 'aws:sqs',
  system: 'aws.sqs',
  idOf: ({ messageId }) => messageId,
  record: ({ body }) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(body) }),
  order: (record) => (sourceOf(record)?.endsWith('.fifo') ? record.attributes.MessageGroupId : undefined),
  key: ({ attributes }) => attributes?.MessageGroupId,
  carrier: (record) => ({ ...attributesOf(record), [XRAY_HEADER]: record.attributes?.AWSTraceHeader }),
  sentAtMs: (record) => Number(record.attributes?.SentTimestamp),
  attempt: (record) => Number(record.attributes?.ApproximateReceiveCount),
});

function attributesOf({ messageAttributes }: SQSRecord): Carrier {
  return Object.fromEntries(
    Object.entries(messageAttributes ?? {}).map(([key, { stringValue }]) => [key, stringValue]),
  );
}
