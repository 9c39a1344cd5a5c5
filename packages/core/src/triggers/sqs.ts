import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  EVENT_SOURCE_ARN,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_MESSAGE_ID,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { type BatchTrigger, type Carrier, defineBatchTrigger } from '../trigger.ts';
import { XRAY_HEADER } from '../xray.ts';
import { arnResource } from './arn.ts';
import { firstRecord, known } from './shape.ts';

const system = { [MESSAGING_SYSTEM_NAME]: 'aws.sqs' };

/**
 * Amazon SQS, standard and FIFO. A FIFO queue keeps order within a message group, so a group stops at its first failure.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqs: BatchTrigger<SQSEvent, SQSRecord, SQSBatchResponse> = defineBatchTrigger({
  id: 'sqs',
  kind: 'pubsub',
  matches: (event) => firstRecord(event).eventSource === 'aws:sqs',
  plan: () => ({ attributes: {} }),
  records: {
    list: (event) => event.Records,
    id: (record) => record.messageId,
    respond: (failedIds) => ({ batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }),
    order: (record) =>
      arnResource(record.eventSourceARN)?.endsWith('.fifo') ? record.attributes.MessageGroupId : undefined,
    source: (event) => arnResource(event.Records[0]?.eventSourceARN),
    attributes: (event) => {
      const arn = event.Records[0]?.eventSourceARN;
      return known({ ...system, [MESSAGING_DESTINATION_NAME]: arnResource(arn), [EVENT_SOURCE_ARN]: arn });
    },
    plan: (record) => ({
      attributes: known<string | number>({
        ...system,
        [MESSAGING_DESTINATION_NAME]: arnResource(record.eventSourceARN),
        [MESSAGING_MESSAGE_ID]: record.messageId,
        [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.body),
      }),
    }),
    carrier: (record) => ({ ...attributesOf(record), [XRAY_HEADER]: record.attributes?.AWSTraceHeader }),
    sentAtMs: (record) => Number(record.attributes?.SentTimestamp),
    attempt: (record) => Number(record.attributes?.ApproximateReceiveCount),
  },
});

function attributesOf({ messageAttributes }: SQSRecord): Carrier {
  return Object.fromEntries(
    Object.entries(messageAttributes ?? {}).map(([key, { stringValue }]) => [key, stringValue]),
  );
}
