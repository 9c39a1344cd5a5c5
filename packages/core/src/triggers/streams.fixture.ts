import { gzipSync } from 'node:zlib';
import type { FirehoseTransformationEvent, KinesisStreamEvent, MSKRecord } from 'aws-lambda';
import { dynamodbRecord, kinesisRecord, SENT_AT_MS } from './batch.fixture.ts';
import type { DocumentdbEvent, DocumentdbRecord } from './documentdb.ts';
import type { KafkaEvent } from './kafka.ts';
import { busEvent } from './queues.fixture.ts';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
// https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const carrying = JSON.stringify({ id: 1, traceparent: TRACEPARENT });

/** What a subscription of CloudWatch Logs holds, in gzip. */
export const logsData = gzipSync(
  JSON.stringify({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/lambda/orders',
    logStream: '2026/11/21/[$LATEST]1b4c',
    subscriptionFilters: ['all'],
    logEvents: Array.from({ length: 50 }, (_, index) => ({
      id: String(index),
      timestamp: SENT_AT_MS,
      message: `m${index}`,
    })),
  }),
).toString('base64');

export const fanOutEvent: KinesisStreamEvent = {
  Records: [
    {
      ...kinesisRecord('100', carrying),
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks/consumer/reports:1700000000',
    },
  ],
};

// `@types/aws-lambda` lacks two members of it.
export const windowEvent: Readonly<Record<string, unknown>> = {
  Records: [kinesisRecord('100')],
  window: { start: '2026-11-21T08:00:00Z', end: '2026-11-21T08:02:00Z' },
  state: { total: 3 },
  shardId: 'shardId-000000000006',
  eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
  isFinalInvokeForWindow: false,
  isWindowTerminatedEarly: false,
};

/** A change as Kinesis Data Streams for DynamoDB writes it. */
export const changeText: string = JSON.stringify({
  awsRegion: 'eu-central-1',
  eventID: '5e7f4b22',
  eventName: 'INSERT',
  userIdentity: null,
  recordFormat: 'application/json',
  tableName: 'orders',
  dynamodb: {
    ApproximateCreationDateTime: SENT_AT_MS,
    Keys: { id: { S: '1' } },
    NewImage: { id: { S: '1' } },
    SizeBytes: 9,
  },
  eventSource: 'aws:dynamodb',
});

export function kafkaRecord(partition: number, offset: number, parts: Partial<MSKRecord> = {}): MSKRecord {
  return {
    topic: 'telemetry',
    partition,
    offset,
    timestamp: SENT_AT_MS,
    timestampType: 'CREATE_TIME',
    key: base64('device-7'),
    value: base64('{"id":1}'),
    headers: [],
    ...parts,
  };
}

const header = [{ traceparent: [...Buffer.from('ignored')] }, { traceparent: [...Buffer.from(TRACEPARENT)] }];

export const mskEvent: KafkaEvent = {
  eventSource: 'aws:kafka',
  eventSourceArn: 'arn:aws:kafka:eu-central-1:123456789012:cluster/shop/6cc0432b-8618-4f44-bccc-e1fbd8fb7c4d-2',
  bootstrapServers: 'b-1.shop.kafka.eu-central-1.amazonaws.com:9098',
  records: {
    'telemetry-0': [kafkaRecord(0, 15, { headers: header }), kafkaRecord(0, 16)],
    'telemetry-1': [kafkaRecord(1, 15, { key: '', value: '' })],
  },
};

export const selfManagedEvent: KafkaEvent = {
  eventSource: 'SelfManagedKafka',
  bootstrapServers: 'kafka.example.com:9094',
  records: { 'telemetry-0': [kafkaRecord(0, 15, { value: base64(carrying) })] },
};

export const firehoseEvent: FirehoseTransformationEvent = {
  invocationId: '1f0f9c1e-5ae5-4b9d-8f3c-2f9cd2c6a0a3',
  deliveryStreamArn: 'arn:aws:firehose:eu-central-1:123456789012:deliverystream/archive',
  region: 'eu-central-1',
  records: [
    { recordId: '4966-1', approximateArrivalTimestamp: SENT_AT_MS, data: base64(carrying) },
    {
      recordId: '4966-2',
      approximateArrivalTimestamp: SENT_AT_MS,
      data: base64('{"id":2}'),
      kinesisRecordMetadata: {
        shardId: 'shardId-000000000006',
        partitionKey: 'p-1',
        approximateArrivalTimestamp: SENT_AT_MS,
        sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
        subsequenceNumber: '0',
      },
    },
  ],
};

export function documentdbRecord(operationType: string): DocumentdbRecord {
  return {
    event: {
      _id: { _data: `0163eeb6e7000000010${operationType}` },
      clusterTime: { $timestamp: { t: SENT_AT_MS / 1000, i: 9 } },
      documentKey: { _id: { $oid: '63eeb6e7d418cd98afb1c1d7' } },
      ns: { db: 'shop', coll: 'invoices' },
      operationType,
    },
  };
}

export const documentdbEvent: DocumentdbEvent = {
  eventSource: 'aws:docdb',
  eventSourceArn: 'arn:aws:rds:eu-central-1:123456789012:cluster:shop-docdb',
  events: [documentdbRecord('insert'), documentdbRecord('update')],
};

const expired = dynamodbRecord('202', {
  eventName: 'REMOVE',
  userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
});

const kinesisOf = (data: string): KinesisStreamEvent => ({ Records: [kinesisRecord('100', data)] });

export const fixtures: readonly Fixture[] = [
  { name: 'Kinesis with enhanced fan-out', event: fanOutEvent, matches: ['kinesis'], context: 'link' },
  { name: 'Kinesis with a tumbling window', event: windowEvent, matches: ['kinesis'] },
  {
    name: 'Kinesis with a tumbling window that ends without records',
    event: { ...windowEvent, Records: [], isFinalInvokeForWindow: true },
    matches: ['kinesis'],
  },
  {
    name: 'EventBridge in Kinesis',
    event: kinesisOf(JSON.stringify(busEvent())),
    matches: ['kinesis'],
    context: 'link',
  },
  { name: 'DynamoDB in Kinesis', event: kinesisOf(changeText), matches: ['kinesis'] },
  {
    name: 'CloudWatch Logs in Kinesis',
    event: {
      Records: [{ ...kinesisRecord('100'), kinesis: { ...kinesisRecord('100').kinesis, data: logsData } }],
    },
    matches: ['kinesis'],
  },
  { name: 'DynamoDB Streams with an expired item', event: { Records: [expired] }, matches: ['dynamodb-streams'] },
  { name: 'Amazon MSK', event: mskEvent, matches: ['kafka'], context: 'link' },
  { name: 'Kafka of your own', event: selfManagedEvent, matches: ['kafka'], context: 'link' },
  { name: 'Firehose', event: firehoseEvent, matches: ['firehose'], context: 'link' },
  { name: 'DocumentDB', event: documentdbEvent, matches: ['documentdb'] },
  { name: 'CloudWatch Logs', event: { awslogs: { data: logsData } }, matches: ['cloudwatch-logs'] },
];
