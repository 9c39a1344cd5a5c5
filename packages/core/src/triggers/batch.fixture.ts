import type {
  DynamoDBRecord,
  DynamoDBStreamEvent,
  KinesisStreamEvent,
  KinesisStreamRecord,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import type { Fixture } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html

export const SENT_AT_MS = 1_700_000_000_000;

export const XRAY =
  'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1|68fd508a:5';
export const XRAY_LINK = '5759e988bd862e3fe1be46a994272793:53995c3f42cd8ad8';

export function sqsRecord(id: string, parts: Partial<SQSRecord> = {}): SQSRecord {
  return {
    messageId: id,
    receiptHandle: `handle-${id}`,
    body: `{"id":"${id}"}`,
    attributes: {
      ApproximateReceiveCount: '2',
      SentTimestamp: String(SENT_AT_MS),
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: String(SENT_AT_MS + 5),
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:orders',
    awsRegion: 'eu-central-1',
    ...parts,
  };
}

export function fifoRecord(id: string, group: string): SQSRecord {
  const { attributes } = sqsRecord(id);
  return sqsRecord(id, {
    eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:orders.fifo',
    attributes: { ...attributes, SequenceNumber: '18849496460467696128', MessageGroupId: group },
  });
}

export function kinesisRecord(sequenceNumber: string, data = '{"id":1}'): KinesisStreamRecord {
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: '1',
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: SENT_AT_MS / 1000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000006:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
  };
}

export function dynamodbRecord(sequenceNumber: string, parts: Partial<DynamoDBRecord> = {}): DynamoDBRecord {
  return {
    eventID: `id-${sequenceNumber}`,
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN: 'arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-11-21T00:00:00.000',
    dynamodb: {
      Keys: { id: { N: '101' } },
      NewImage: { id: { N: '101' }, state: { S: 'paid' } },
      OldImage: { id: { N: '101' }, state: { S: 'open' } },
      ApproximateCreationDateTime: SENT_AT_MS / 1000,
      SequenceNumber: sequenceNumber,
      SizeBytes: 26,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    ...parts,
  };
}

export const sqsEvent: SQSEvent = {
  Records: [
    sqsRecord('m1', { attributes: { ...sqsRecord('m1').attributes, AWSTraceHeader: XRAY } }),
    sqsRecord('m2', {
      messageAttributes: {
        traceparent: {
          dataType: 'String',
          stringValue: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        },
      },
    }),
  ],
};

export const fifoEvent: SQSEvent = { Records: [fifoRecord('m1', 'a'), fifoRecord('m2', 'b')] };

export const kinesisEvent: KinesisStreamEvent = { Records: [kinesisRecord('100'), kinesisRecord('101')] };

export const dynamodbEvent: DynamoDBStreamEvent = {
  Records: [dynamodbRecord('200', { eventName: 'INSERT' }), dynamodbRecord('201')],
};

export const fixtures: readonly Fixture[] = [
  { name: 'SQS', event: sqsEvent, matches: ['sqs'], context: 'link' },
  { name: 'SQS FIFO', event: fifoEvent, matches: ['sqs'] },
  { name: 'Kinesis', event: kinesisEvent, matches: ['kinesis'] },
  { name: 'DynamoDB Streams', event: dynamodbEvent, matches: ['dynamodb-streams'] },
];
