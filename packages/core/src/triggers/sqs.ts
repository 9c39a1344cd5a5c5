import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { MESSAGING_MESSAGE_BODY_SIZE, RECORD_DEAD_LETTER_SOURCE } from '../attributes.ts';
import { attributesCarrier } from '../carrier.ts';
import { text } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { XRAY_HEADER } from '../xray.ts';
import { defineAwsRecords, resourceOf } from './aws-records.ts';

/**
 * Amazon SQS, standard and FIFO. A FIFO queue keeps order within a message group, so a group stops at its first failure.
 *
 * @carrier Message attributes, text or binary; then the message inside: the attributes of an SNS message, the `detail`
 *   of an EventBridge event, top-level keys of a JSON body; the system attribute `AWSTraceHeader` last.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqs: BatchTrigger<SQSEvent, SQSRecord, SQSBatchResponse> = /* @__PURE__ */ defineAwsRecords<SQSRecord>({
  id: 'sqs',
  kind: 'pubsub',
  eventSource: 'aws:sqs',
  system: 'aws.sqs',
  idOf: (record) => record.messageId,
  record: (record) => ({
    [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.body),
    [RECORD_DEAD_LETTER_SOURCE]: text(record.attributes?.DeadLetterQueueSourceArn),
  }),
  order: (record) =>
    resourceOf(record?.eventSourceARN)?.endsWith('.fifo') ? record.attributes.MessageGroupId : undefined,
  key: (record) => record.attributes?.MessageGroupId,
  carrier: (record) => {
    const carrier = attributesCarrier(record.messageAttributes);
    const header = record.attributes?.AWSTraceHeader;
    return header === undefined ? carrier : { ...carrier, [XRAY_HEADER]: header };
  },
  payload: (record) => record.body,
  sentAtMs: (record) => Number(record.attributes?.SentTimestamp),
  attempt: (record) => Number(record.attributes?.ApproximateReceiveCount),
});
