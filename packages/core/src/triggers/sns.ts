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
  matches: ({ EventSource }) => text(EventSource) === 'aws:sns',
  facts: ({ Sns: { Message, MessageId, TopicArn } }) => ({
    arn: TopicArn,
    eventId: MessageId,
    attributes: {
      [MESSAGING_SYSTEM_NAME]: 'aws.sns',
      [MESSAGING_DESTINATION_NAME]: resourceOf(TopicArn),
      [MESSAGING_MESSAGE_ID]: text(MessageId),
      [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(Message),
    },
  }),
  carrier: ({ Sns }) => attributesCarrier(Sns.MessageAttributes),
  source: ({ Sns }) => resourceOf(Sns.TopicArn),
  time: ({ Sns }) => Sns.Timestamp,
  payload: ({ Sns }) => Sns.Message,
});
