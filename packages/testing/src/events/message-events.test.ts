import { createLambda, idlePipeline } from '@tracelet/core';
import { describe, expect, it } from 'vitest';

import { harness } from '../harness.ts';
import { events } from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const NOW_MS = 1_800_000_000_000;

const { run } = harness();
const lambda = createLambda({ pipeline: () => idlePipeline(), settings: {}, above: () => [] });
const handler = lambda(async () => undefined);

/** The trigger that recognises an event, the invocation's parent, the linked producers and the nested sources. */
async function read(event: unknown): Promise<readonly unknown[]> {
  const { spans } = await run(handler, event);
  const server = spans.spans.find(({ kind }) => kind === 'SERVER');
  const batch = spans.spans.find(({ kind }) => kind === 'CONSUMER');
  const linked = (batch?.links ?? []).map((link) => (link as { context: { spanId: string } }).context.spanId);
  const { attributes, parentSpanId } = server as NonNullable<typeof server>;
  return [attributes['tracelet.trigger'], parentSpanId, linked, attributes['tracelet.event_source.nested']];
}

const CALLER = 'b7ad6b7169203331';
const message = { traceparent: TRACEPARENT };

it.each([
  ['sns', () => events.sns(message), ['sns', CALLER, [], undefined]],
  ['snsInSqs', () => events.snsInSqs([message]), ['sqs', undefined, [CALLER], ['sns']]],
  ['snsInSqs, raw', () => events.snsInSqs([message], { raw: true }), ['sqs', undefined, [CALLER], undefined]],
  ['kafka', () => events.kafka([message]), ['kafka', undefined, [CALLER], undefined]],
  [
    'kafka of your own',
    () => events.kafka([message], { selfManaged: true }),
    ['kafka', undefined, [CALLER], undefined],
  ],
  ['firehose', () => events.firehose([message]), ['firehose', undefined, [CALLER], undefined]],
  ['kinesis', () => events.kinesis([message]), ['kinesis', undefined, [CALLER], undefined]],
  ['mq', () => events.mq([message]), ['mq', undefined, [CALLER], undefined]],
  ['mq, RabbitMQ', () => events.mq([message], { broker: 'rabbitmq' }), ['mq', undefined, [CALLER], undefined]],
  ['s3', () => events.s3(['a.txt']), ['s3', undefined, [], undefined]],
])('events.%s are recognised, with their trace context', async (_of, build, expected) => {
  expect(await read(build())).toEqual(expected);
  expect(JSON.parse(JSON.stringify(build()))).toEqual(expect.objectContaining({}));
});

describe('events.sns', () => {
  it('builds a message', () => {
    const { Records } = events.sns({
      message: { id: 1 },
      subject: 'placed',
      topic: 'shop',
      messageAttributes: { n: 4, b: Uint8Array.of(1), s: 'x' },
      ageMs: 250,
      nowMs: NOW_MS,
    });
    expect(Records).toEqual([
      {
        EventVersion: '1.0',
        EventSource: 'aws:sns',
        EventSubscriptionArn: expect.stringContaining('arn:aws:sns:eu-west-1:123456789012:shop:'),
        Sns: {
          Type: 'Notification',
          MessageId: '95df01b4-ee98-5cb9-9903-000000000001',
          TopicArn: 'arn:aws:sns:eu-west-1:123456789012:shop',
          Subject: 'placed',
          Message: '{"id":1}',
          Timestamp: '2027-01-15T07:59:59.750Z',
          SignatureVersion: '1',
          Signature: 'EXAMPLE',
          SigningCertUrl: expect.any(String),
          UnsubscribeUrl: expect.any(String),
          MessageAttributes: {
            n: { Type: 'Number', Value: '4' },
            b: { Type: 'Binary', Value: 'AQ==' },
            s: { Type: 'String', Value: 'x' },
          },
        },
      },
    ]);
    expect(events.sns('hello').Records[0]?.Sns.Message).toBe('hello');
    expect(events.sns().Records[0]?.Sns.Message).toBe('{}');
  });
});

describe('events.snsInSqs', () => {
  it('wraps messages as SNS does for a queue', () => {
    const { Records } = events.snsInSqs(['a', { message: { id: 2 }, ageMs: 5_000, receiveCount: 3 }], {
      queue: 'inbox',
      nowMs: NOW_MS,
    });
    const bodies = Records.map(({ body }) => JSON.parse(body));
    expect(bodies.map((body) => [body.Type, body.MessageId.slice(-4), body.Message, body.Timestamp])).toEqual([
      ['Notification', '0001', 'a', '2027-01-15T07:59:59.000Z'],
      ['Notification', '0002', '{"id":2}', '2027-01-15T07:59:55.000Z'],
    ]);
    expect(Object.keys(bodies[0])).toEqual(expect.arrayContaining(['SigningCertURL', 'UnsubscribeURL']));
    expect(Records.map(({ attributes }) => [attributes.ApproximateReceiveCount, attributes.SentTimestamp])).toEqual([
      ['1', String(NOW_MS - 1_000)],
      ['3', String(NOW_MS - 5_000)],
    ]);
    expect(Records[0]?.eventSourceARN).toBe('arn:aws:sqs:eu-west-1:123456789012:inbox');
  });

  it('delivers raw, to FIFO queues too', () => {
    const [record] = events.snsInSqs([{ message: { id: 1 }, group: 'g', messageAttributes: { a: 'x' } }], {
      raw: true,
      fifo: true,
    }).Records;
    expect([record?.body, record?.messageAttributes.a?.stringValue, record?.attributes.MessageGroupId]).toEqual([
      '{"id":1}',
      'x',
      'g',
    ]);
  });
});

describe('events.kafka', () => {
  it('builds records by partition', () => {
    const event = events.kafka(
      ['a', { value: { id: 2 }, partition: 1, offset: 7, key: 'k', headers: { h: 'x' } }, { value: null, key: null }],
      { topic: 't', nowMs: NOW_MS },
    );
    const usual = { topic: 't', timestamp: NOW_MS - 1_000, timestampType: 'CREATE_TIME' };
    expect(event.records).toEqual({
      't-0': [
        { ...usual, partition: 0, offset: 0, key: 'a2V5LTE=', value: 'YQ==', headers: [] },
        { ...usual, partition: 0, offset: 2, key: '', value: '', headers: [] },
      ],
      't-1': [{ ...usual, partition: 1, offset: 7, key: 'aw==', value: 'eyJpZCI6Mn0=', headers: [{ h: [120] }] }],
    });
    expect(events.kafka([{}]).records['orders-0']?.[0]?.value).toBe('e30=');
  });
});

describe('events.firehose', () => {
  it('builds records', () => {
    const event = events.firehose(['a', { data: Uint8Array.of(1), recordId: 'mine', ageMs: 5 }], {
      stream: 's',
      nowMs: NOW_MS,
    });
    expect(event).toEqual({
      invocationId: expect.any(String),
      deliveryStreamArn: 'arn:aws:firehose:eu-west-1:123456789012:deliverystream/s',
      region: 'eu-west-1',
      records: [
        { recordId: '495466306100000000000001', approximateArrivalTimestamp: NOW_MS - 1_000, data: 'YQ==' },
        { recordId: 'mine', approximateArrivalTimestamp: NOW_MS - 5, data: 'AQ==' },
      ],
    });
  });
});

describe('events.mq', () => {
  it('builds messages of ActiveMQ', () => {
    const { messages } = events.mq(['a', { data: Uint8Array.of(1), redelivered: true, properties: { p: 'x' } }], {
      queue: 'q',
      nowMs: NOW_MS,
    });
    expect(messages).toMatchObject([
      { messageType: 'jms/text-message', data: 'YQ==', destination: { physicalName: 'q' }, properties: {} },
      { messageType: 'jms/bytes-message', data: 'AQ==', redelivered: true, properties: { p: 'x' } },
    ]);
    expect(new Set(messages?.map(({ messageID }) => messageID)).size).toBe(2);
    expect(messages?.[0]?.timestamp).toBe(NOW_MS - 1_000);
  });

  it('builds messages of RabbitMQ', () => {
    const event = events.mq([{ data: 'abc', properties: { h: 'x' } }, { messageId: 'mine' }], {
      broker: 'rabbitmq',
      nowMs: NOW_MS,
    });
    expect(event.rmqMessagesByQueue?.['orders::/']).toMatchObject([
      {
        data: 'YWJj',
        basicProperties: {
          messageId: 'message-0001',
          headers: { h: { bytes: [120] } },
          timestamp: 'Jan 15, 2027, 7:59:59 AM',
          bodySize: 3,
        },
      },
      { data: 'e30=', basicProperties: { messageId: 'mine', headers: {} } },
    ]);
  });
});

describe('events.s3', () => {
  it('builds a record with an encoded key', () => {
    const event = events.s3(['a b/ü&+.txt', { key: 'x', eventName: 'ObjectRemoved:Delete', sizeBytes: 7, ageMs: 0 }], {
      bucket: 'b',
      nowMs: NOW_MS,
    });
    expect(event.Records).toMatchObject([
      {
        eventName: 'ObjectCreated:Put',
        eventTime: '2027-01-15T07:59:59.000Z',
        s3: { bucket: { name: 'b', arn: 'arn:aws:s3:::b' }, object: { key: 'a+b/%C3%BC%26%2B.txt', size: 1_024 } },
      },
      { eventName: 'ObjectRemoved:Delete', eventTime: '2027-01-15T08:00:00.000Z', s3: { object: { size: 7 } } },
    ]);
  });
});
