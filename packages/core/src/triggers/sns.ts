import type { SNSEvent, SNSEventRecord } from 'aws-lambda';
import {
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_MESSAGE_ID,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { attributesCarrier } from '../carrier.ts';
import { text } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { resourceOf } from './aws-records.ts';
import { defineSingle } from './single.ts';

/**
 * Amazon SNS. An event has exactly one message, so its publisher's context is the invocation's parent.
 *
 * @carrier Message attributes, text or binary; then the message inside: the `detail` of an EventBridge event, top-level
 *   keys of a JSON message.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export const sns: BatchTrigger<SNSEvent, SNSEventRecord, void> = /* @__PURE__ */ defineSingle<SNSEventRecord>({
  id: 'sns',
  kind: 'pubsub',
  matches: (record) => text(record.EventSource) === 'aws:sns',
  facts: (record) => ({
    arn: record.Sns.TopicArn,
    eventId: record.Sns.MessageId,
    attributes: {
      [MESSAGING_SYSTEM_NAME]: 'aws.sns',
      [MESSAGING_DESTINATION_NAME]: resourceOf(record.Sns.TopicArn),
      [MESSAGING_MESSAGE_ID]: text(record.Sns.MessageId),
      [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.Sns.Message),
    },
  }),
  carrier: (record) => attributesCarrier(record.Sns.MessageAttributes),
  source: (record) => resourceOf(record.Sns.TopicArn),
  time: (record) => record.Sns.Timestamp,
  payload: (record) => record.Sns.Message,
});
