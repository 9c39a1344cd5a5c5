import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { fixtures as objects } from './objects.fixture.ts';
import { observe } from './observe.fixture.ts';
import { fixtures as queues } from './queues.fixture.ts';
import { documentdbRecord, fixtures as streams } from './streams.fixture.ts';

// What every span has, and what other tests hold.
const USUAL =
  /^(faas\.(coldstart|invocation\.id)|cloud\.|aws\.lambda\.|messaging\.operation\.|tracelet\.(trigger|initialization_type|batch\.(bytes|failed_|skipped_|record_|age_)|event_source\.arn|record\.key))/;

const told = ({ attributes }: ReadableSpan): Record<string, unknown> =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => !USUAL.test(name)));

const eventOf = (name: string): unknown =>
  [...queues, ...streams, ...objects].find((fixture) => fixture.name === name)?.event;

const AGE = expect.any(Number);
const pubsub = { 'faas.trigger': 'pubsub' };
const destination = (system: string, name: string): Record<string, unknown> => ({
  'messaging.system.name': system,
  'messaging.destination.name': name,
});
const count = (records: number): Record<string, unknown> => ({ 'messaging.batch.message_count': records });
const message = (id: string, size: number): Record<string, unknown> => ({
  'messaging.message.id': id,
  'messaging.message.body.size': size,
  'tracelet.record.age_ms': AGE,
});
const topic = {
  ...destination('aws.sns', 'orders-topic'),
  'messaging.message.id': '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
  'messaging.message.body.size': 12,
  'tracelet.event_source.event_id': '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
};
const object = {
  'tracelet.event_source.operation': 'ObjectCreated:Put',
  'tracelet.event_source.event_id': 'D82B88E5F771F645',
  'faas.document.collection': 'invoices',
  'faas.document.operation': 'insert',
  'faas.document.name': '2026/a b&c.pdf',
  'faas.document.time': '2023-11-14T22:13:20.000Z',
  'aws.s3.bucket': 'invoices',
  'aws.s3.key': '2026/a b&c.pdf',
};
const shard = { 'messaging.destination.partition.id': 'shardId-000000000006' };
const clicks = { ...destination('aws.kinesis', 'clicks'), ...shard };
const window = { 'tracelet.batch.window_end': '2026-11-21T08:02:00Z' };
const invoices = destination('aws.documentdb', 'invoices');
const time = { 'faas.document.time': '2023-11-14T22:13:20.000Z' };

type Told = Readonly<Record<string, unknown>>;

describe('the spans of', () => {
  it.each<[string, Told, Told | undefined, readonly Told[]]>([
    [
      'SQS dead-letter queue',
      pubsub,
      { ...destination('aws.sqs', 'orders'), ...count(1) },
      [
        {
          ...destination('aws.sqs', 'orders'),
          ...message('m1', 11),
          'tracelet.record.attempt': 2,
          'tracelet.record.dead_letter_source_arn': 'arn:aws:sqs:eu-central-1:123456789012:orders-source',
        },
      ],
    ],
    [
      'SNS',
      { ...pubsub, ...topic, 'tracelet.event.age_ms': AGE },
      undefined,
      [{ ...topic, 'tracelet.record.age_ms': AGE }],
    ],
    [
      'Amazon MQ for ActiveMQ',
      pubsub,
      { ...destination('activemq', 'orders'), ...count(2) },
      [1, 2].map(() => ({
        ...destination('activemq', 'orders'),
        ...message('ID:b-1.mq.eu-central-1.amazonaws.com-37557-1700000000000-2:1:1:1:1', 8),
      })),
    ],
    [
      'Amazon MQ for RabbitMQ',
      pubsub,
      { ...destination('rabbitmq', 'orders'), ...count(1) },
      [{ 'messaging.system.name': 'rabbitmq', ...message('r-1', 8) }],
    ],
    [
      'Kinesis with enhanced fan-out',
      pubsub,
      { ...clicks, ...count(1), 'messaging.consumer.group.name': 'reports' },
      [{ ...clicks, ...message('100', 80), 'messaging.consumer.group.name': 'reports' }],
    ],
    [
      'Kinesis with a tumbling window',
      pubsub,
      { ...clicks, ...count(1), ...window, 'tracelet.batch.window_final': false },
      [{ ...clicks, ...message('100', 8) }],
    ],
    [
      'Kinesis with a tumbling window that ends without records',
      pubsub,
      { ...destination('aws.kinesis', 'clicks'), ...count(0), ...window, 'tracelet.batch.window_final': true },
      [],
    ],
    [
      'DynamoDB Streams with an expired item',
      { 'faas.trigger': 'datasource', 'faas.document.collection': 'orders' },
      { ...destination('aws.dynamodb_streams', 'orders'), ...count(1) },
      [
        {
          ...destination('aws.dynamodb_streams', 'orders'),
          ...time,
          'messaging.message.id': '202',
          'faas.document.collection': 'orders',
          'faas.document.operation': 'delete',
          'tracelet.record.expired': true,
          'tracelet.record.age_ms': AGE,
        },
      ],
    ],
    [
      'Amazon MSK',
      pubsub,
      { ...destination('kafka', 'telemetry'), ...count(3) },
      [
        [0, 15],
        [0, 16],
        [1, 15],
      ].map(([partition, offset], index) => ({
        ...destination('kafka', 'telemetry'),
        'messaging.message.id': `telemetry-${partition}:${offset}`,
        'messaging.destination.partition.id': String(partition),
        'kafka.offset': offset,
        'tracelet.record.age_ms': AGE,
        ...(index === 2 ? { 'kafka.message.tombstone': true } : { 'messaging.message.body.size': 8 }),
      })),
    ],
    [
      'Firehose',
      pubsub,
      { ...destination('aws.firehose', 'archive'), ...count(2) },
      [
        { 'messaging.system.name': 'aws.firehose', ...message('4966-1', 80) },
        { 'messaging.system.name': 'aws.firehose', ...shard, ...message('4966-2', 8) },
      ],
    ],
    [
      'DocumentDB',
      { 'faas.trigger': 'datasource', 'faas.document.collection': 'invoices' },
      { ...invoices, ...count(2) },
      [
        ['insert', 'insert'],
        ['update', 'edit'],
      ].map(([type, operation]) => ({
        ...invoices,
        ...time,
        'messaging.message.id': documentdbRecord(String(type)).event._id._data,
        'faas.document.collection': 'invoices',
        'faas.document.operation': operation,
        'tracelet.record.age_ms': AGE,
      })),
    ],
    ['CloudWatch Logs', { ...pubsub, 'tracelet.event_source.name': '/aws/lambda/orders' }, undefined, []],
    [
      'S3',
      { 'faas.trigger': 'datasource', ...object, 'tracelet.event.age_ms': AGE },
      undefined,
      [{ ...object, 'tracelet.record.age_ms': AGE }],
    ],
    ...['S3 Batch Operations', 'S3 Batch Operations, schema 2.0'].map((name): [string, Told, undefined, []] => [
      name,
      {
        'faas.trigger': 'other',
        'tracelet.event_source.name': 'f3cc4f60-61f6-4a2b-8a21-d07600c373ce',
        'tracelet.event_source.event_id': 'dGFza2lk',
        'aws.s3.bucket': 'archive',
        'aws.s3.key': 'a/b.txt',
      },
      undefined,
      [],
    ]),
    [
      'S3 Object Lambda',
      {
        'faas.trigger': 'other',
        'tracelet.event_source.operation': 'GetObject',
        'tracelet.event_source.event_id': '1a5ed718-5f53-471d-b6fe-5cf62d88d02a',
      },
      undefined,
      [],
    ],
    [
      'SES',
      {
        ...pubsub,
        'tracelet.event_source.event_id': 'd6iitobk75ur44p8kdnnp7g2n800',
        'tracelet.event.age_ms': AGE,
      },
      undefined,
      [],
    ],
    [
      'IoT rule',
      {
        ...pubsub,
        ...destination('mqtt', 'sensors/7/temperature'),
        'tracelet.event_source.name': 'sensor-7',
        'tracelet.event_source.event_id': 'd8c1e0fb-3a9e-4b2b-9f0d-0c6a4d6b3a01',
      },
      undefined,
      [],
    ],
  ])('%s say what the event says', async (name, invocation, batch, records) => {
    const spans = await observe(eventOf(name));
    expect(told(spans.invocation)).toEqual(invocation);
    expect(spans.batch && told(spans.batch)).toEqual(batch);
    expect(spans.records.map(told)).toEqual(records);
  });
});
