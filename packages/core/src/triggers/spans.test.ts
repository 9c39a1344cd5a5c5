import { expect, it } from 'vitest';
import { FAAS_COLDSTART, FAAS_INVOCATION_ID, FAAS_TRIGGER, INITIALIZATION_TYPE, TRIGGER } from '../attributes.ts';
import { fakeContext, invoke, recorder } from '../tracing.fixture.ts';
import { dynamodbEvent, kinesisEvent, sqsEvent } from './batch.fixture.ts';

const context = fakeContext({ invokedFunctionArn: undefined });
const always = {
  [FAAS_COLDSTART]: true,
  [FAAS_INVOCATION_ID]: context.awsRequestId,
  [INITIALIZATION_TYPE]: 'on-demand',
  [TRIGGER]: expect.any(String),
};

async function spansOf(event: unknown, result: unknown): Promise<readonly (readonly [string, unknown])[]> {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => result),
    event,
    context,
  );
  return spans()
    .toReversed()
    .map(({ name, attributes }) => [name, attributes]);
}

const batch = {
  'messaging.batch.message_count': 2,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'tracelet.batch.age_max_ms': expect.any(Number),
  'tracelet.batch.age_median_ms': expect.any(Number),
  'tracelet.batch.age_min_ms': expect.any(Number),
};

it.each([
  [
    'SQS',
    sqsEvent,
    { [FAAS_TRIGGER]: 'pubsub' },
    'process orders',
    {
      'messaging.system.name': 'aws.sqs',
      'messaging.destination.name': 'orders',
      'tracelet.event_source.arn': 'arn:aws:sqs:eu-central-1:123456789012:orders',
    },
  ],
  [
    'Kinesis',
    kinesisEvent,
    { [FAAS_TRIGGER]: 'pubsub' },
    'process clicks',
    {
      'messaging.system.name': 'aws.kinesis',
      'messaging.destination.name': 'clicks',
      'messaging.destination.partition.id': 'shardId-000000000006',
      'tracelet.event_source.arn': 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
    },
  ],
  [
    'DynamoDB Streams',
    dynamodbEvent,
    { [FAAS_TRIGGER]: 'datasource', 'faas.document.collection': 'orders' },
    'process orders',
    {
      'messaging.system.name': 'aws.dynamodb_streams',
      'messaging.destination.name': 'orders',
      'tracelet.event_source.arn': dynamodbEvent.Records[0]?.eventSourceARN,
    },
  ],
])(
  'puts a batch of %s under a CONSUMER span with its source and the ages of its records',
  async (_of, event, server, name, attributes) => {
    expect(await spansOf(event, undefined)).toEqual([
      ['shop', { ...always, ...server }],
      [name, { ...batch, ...attributes }],
    ]);
  },
);
