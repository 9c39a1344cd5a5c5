import type { SNSEvent, SNSMessage, SNSMessageAttribute, SQSEvent } from 'aws-lambda';

import { toText } from './message-data.ts';
import { idOf } from './record-ids.ts';
import { type SqsEventOptions, type SqsRecordOptions, sqs } from './sqs.ts';

/** Options of {@link sns}, and one message of {@link snsInSqs}. */
export interface SnsOptions {
  /** Text as it is, any other value as JSON; `{}` by default. */
  message?: unknown;
  /** None by default. */
  subject?: string | undefined;
  /** W3C trace context of the publisher, put into the message attribute `traceparent`. */
  traceparent?: string | undefined;
  /** Text and numbers become attributes of that type, bytes become base64. */
  messageAttributes?: Readonly<Record<string, string | number | Uint8Array>> | undefined;
  /** Name of the topic, `orders` by default. */
  topic?: string | undefined;
  /** Milliseconds since the message was published, 1,000 by default. */
  ageMs?: number | undefined;
  /** The time from which the age counts back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/** One message of {@link snsInSqs}: what SNS published, and how SQS hands it over. */
export interface SnsInSqsRecordOptions
  extends SnsOptions,
    Pick<SqsRecordOptions, 'awsTraceHeader' | 'group' | 'receiveCount'> {}

/** Options of {@link snsInSqs}. */
export interface SnsInSqsEventOptions extends SqsEventOptions {
  /** Raw message delivery: the message is the body, its attributes are the queue's. Off by default. */
  raw?: boolean | undefined;
}

/**
 * An event of an SNS topic, which holds one message. A text is short for that message.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function sns(options: string | SnsOptions = {}): SNSEvent {
  const Sns = makeMessage(typeof options === 'string' ? { message: options } : options, 0);
  const EventSubscriptionArn = `${Sns.TopicArn}:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55`;
  return { Records: [{ EventVersion: '1.0', EventSource: 'aws:sns', EventSubscriptionArn, Sns }] };
}

/**
 * An event of an SQS queue that is subscribed to an SNS topic. A text in the list is short for that message.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
 */
export function snsInSqs(
  records: readonly (string | SnsInSqsRecordOptions)[],
  { raw = false, ...options }: SnsInSqsEventOptions = {},
): SQSEvent {
  const { nowMs = Date.now() } = options;
  const messages = records.map((record, index): SqsRecordOptions => {
    const given = typeof record === 'string' ? { message: record } : record;
    const { ageMs, awsTraceHeader, group, messageAttributes, receiveCount, traceparent } = given;
    const carried = { ageMs, awsTraceHeader, group, receiveCount };
    if (raw) return { ...carried, body: given.message, messageAttributes, traceparent };
    // SNS states times and certificates under these names in a queue, under others in its own events.
    const { SigningCertUrl, UnsubscribeUrl, ...message } = makeMessage({ nowMs, ...given }, index);
    return { ...carried, body: { ...message, SigningCertURL: SigningCertUrl, UnsubscribeURL: UnsubscribeUrl } };
  });
  return sqs(messages, { ...options, nowMs });
}

function makeMessage(options: SnsOptions, index: number): SNSMessage {
  const { message = {}, subject, topic = 'orders', traceparent, ageMs = 1_000, nowMs = Date.now() } = options;
  const own = Object.entries(options.messageAttributes ?? {}).map(([name, value]) => [name, toAttribute(value)]);
  return {
    Type: 'Notification',
    MessageId: `95df01b4-ee98-5cb9-9903-${idOf(index, 12)}`,
    TopicArn: `arn:aws:sns:eu-west-1:123456789012:${topic}`,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: toText(message),
    Timestamp: new Date(nowMs - ageMs).toISOString(),
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService.pem',
    UnsubscribeUrl: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe',
    MessageAttributes: {
      ...(traceparent === undefined ? {} : { traceparent: toAttribute(traceparent) }),
      ...Object.fromEntries(own),
    },
  };
}

function toAttribute(value: string | number | Uint8Array): SNSMessageAttribute {
  if (value instanceof Uint8Array) return { Type: 'Binary', Value: Buffer.from(value).toString('base64') };
  return { Type: typeof value === 'string' ? 'String' : 'Number', Value: String(value) };
}
