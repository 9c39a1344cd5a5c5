import type { SNSEvent, SNSMessage, SQSEvent } from 'aws-lambda';
import { SENT_AT_MS, sqsRecord } from './batch.fixture.ts';
import type { ActiveMqMessage, MqEvent, RabbitMqMessage } from './mq.ts';
import { s3Event } from './objects.fixture.ts';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-sqs-as-subscriber.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html

export const SENT_AT = new Date(SENT_AT_MS).toISOString();

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const bytes = (text: string): number[] => [...Buffer.from(text)];

/** A message as SNS writes it: into its own events, and as the body of an SQS message. */
export function snsMessage(parts: Partial<SNSMessage> = {}): SNSMessage {
  return {
    Type: 'Notification',
    MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
    TopicArn: 'arn:aws:sns:eu-central-1:123456789012:orders-topic',
    Subject: 'A subject that no span shall carry',
    Message: '{"id":"o-1"}',
    Timestamp: SENT_AT,
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertUrl: 'https://sns.eu-central-1.amazonaws.com/cert.pem',
    UnsubscribeUrl: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
    MessageAttributes: { traceparent: { Type: 'String', Value: TRACEPARENT } },
    ...parts,
  };
}

export function snsEvent(parts: Partial<SNSMessage> = {}): SNSEvent {
  const EventSubscriptionArn = 'arn:aws:sns:eu-central-1:123456789012:orders-topic:2bcfbf39';
  return { Records: [{ EventVersion: '1.0', EventSource: 'aws:sns', EventSubscriptionArn, Sns: snsMessage(parts) }] };
}

/** As SNS writes JSON: with spaces and line breaks. */
export const snsBody = (parts: Partial<SNSMessage> = {}): string =>
  JSON.stringify(snsMessage(parts), null, 2).replaceAll('": ', '" : ');

/** An event of EventBridge whose detail has a trace context. */
export function busEvent(parts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '0',
    id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Order Placed',
    source: 'com.example.shop',
    account: '123456789012',
    time: SENT_AT,
    region: 'eu-central-1',
    resources: [],
    detail: { id: 'o-1', traceparent: TRACEPARENT },
    ...parts,
  };
}

export const sqsOf = (body: string): SQSEvent => ({ Records: [sqsRecord('m1', { body })] });

const redriven = sqsRecord('m1');

export function activeMqMessage(parts: Partial<ActiveMqMessage> = {}): ActiveMqMessage {
  return {
    messageID: 'ID:b-1.mq.eu-central-1.amazonaws.com-37557-1700000000000-2:1:1:1:1',
    messageType: 'jms/text-message',
    deliveryMode: 1,
    redelivered: false,
    expiration: 0,
    priority: 4,
    data: base64('{"id":1}'),
    connectionId: 'c1',
    timestamp: SENT_AT_MS - 3,
    brokerInTime: SENT_AT_MS,
    brokerOutTime: SENT_AT_MS + 2,
    destination: { physicalName: 'orders' },
    properties: { index: '1', traceparent: TRACEPARENT },
    ...parts,
  };
}

export function rabbitMqMessage(headers: RabbitMqMessage['basicProperties']['headers']): RabbitMqMessage {
  return {
    basicProperties: {
      contentType: 'application/json',
      contentEncoding: null,
      headers,
      deliveryMode: 2,
      priority: 0,
      correlationId: null,
      messageId: 'r-1',
      timestamp: 'Nov 14, 2023, 10:13:20 PM',
      bodySize: 8,
    },
    redelivered: false,
    data: base64('{"id":1}'),
  };
}

const arn = 'arn:aws:mq:eu-central-1:123456789012:broker:shop:b-9bcfa592-423a-4942-879d-eb284b418fc8';

export const activeMqEvent: MqEvent = {
  eventSource: 'aws:mq',
  eventSourceArn: arn,
  messages: [activeMqMessage(), activeMqMessage({ properties: undefined, brokerInTime: 0 })],
};

export const rabbitMqEvent: MqEvent = {
  eventSource: 'aws:rmq',
  eventSourceArn: arn,
  rmqMessagesByQueue: {
    'orders::/': [rabbitMqMessage({ traceparent: { bytes: bytes(TRACEPARENT) }, numberInHeader: 10 })],
  },
};

export const fixtures: readonly Fixture[] = [
  {
    name: 'SQS with a binary message attribute',
    event: {
      Records: [
        sqsRecord('m1', {
          messageAttributes: { traceparent: { dataType: 'Binary', binaryValue: base64(TRACEPARENT) } },
        }),
      ],
    },
    matches: ['sqs'],
    context: 'link',
  },
  {
    name: 'SQS dead-letter queue',
    event: {
      Records: [
        {
          ...redriven,
          attributes: {
            ...redriven.attributes,
            DeadLetterQueueSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:orders-source',
          },
        },
      ],
    },
    matches: ['sqs'],
  },
  { name: 'SNS in SQS', event: sqsOf(snsBody()), matches: ['sqs'], context: 'link' },
  {
    name: 'SNS in SQS, delivered raw',
    event: {
      Records: [
        sqsRecord('m1', { messageAttributes: { traceparent: { dataType: 'String', stringValue: TRACEPARENT } } }),
      ],
    },
    matches: ['sqs'],
    context: 'link',
  },
  { name: 'EventBridge in SQS', event: sqsOf(JSON.stringify(busEvent())), matches: ['sqs'], context: 'link' },
  { name: 'S3 in SQS', event: sqsOf(JSON.stringify(s3Event)), matches: ['sqs'] },
  {
    name: 'S3 in SNS in SQS',
    event: sqsOf(snsBody({ Message: JSON.stringify(s3Event) })),
    matches: ['sqs'],
    context: 'link',
  },
  { name: 'SNS', event: snsEvent(), matches: ['sns'], context: 'parent' },
  {
    name: 'SNS with a binary message attribute',
    event: snsEvent({ MessageAttributes: { traceparent: { Type: 'Binary', Value: base64(TRACEPARENT) } } }),
    matches: ['sns'],
    context: 'parent',
  },
  {
    name: 'EventBridge in SNS',
    event: snsEvent({ MessageAttributes: {}, Message: JSON.stringify(busEvent()) }),
    matches: ['sns'],
    context: 'parent',
  },
  {
    name: 'SES in SNS',
    event: snsEvent({
      MessageAttributes: {},
      Message: JSON.stringify({ notificationType: 'Received', mail: { messageId: 'd6iitobk75ur' }, receipt: {} }),
    }),
    matches: ['sns'],
  },
  { name: 'Amazon MQ for ActiveMQ', event: activeMqEvent, matches: ['mq'], context: 'link' },
  { name: 'Amazon MQ for RabbitMQ', event: rabbitMqEvent, matches: ['mq'], context: 'link' },
];
