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
  idOf: ({ messageId }) => messageId,
  record: ({ attributes, body }) => ({
    [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(body),
    [RECORD_DEAD_LETTER_SOURCE]: text(attributes?.DeadLetterQueueSourceArn),
  }),
  order: (record) =>
    resourceOf(record?.eventSourceARN)?.endsWith('.fifo') ? record.attributes.MessageGroupId : undefined,
  key: ({ attributes }) => attributes?.MessageGroupId,
  carrier: ({ attributes, messageAttributes }) => {
    const carrier = attributesCarrier(messageAttributes);
    const header = attributes?.AWSTraceHeader;
    return header === undefined ? carrier : { ...carrier, [XRAY_HEADER]: header };
  },
  payload: ({ body }) => body,
  sentAtMs: ({ attributes }) => Number(attributes?.SentTimestamp),
  attempt: ({ attributes }) => Number(attributes?.ApproximateReceiveCount),
});
