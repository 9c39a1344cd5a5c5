import { describe, expect, it } from 'vitest';
import { fakeContext, invoke, recorder, settled } from '../tracing.fixture.ts';
import { dynamodbRecord, SENT_AT_MS } from './batch.fixture.ts';
import { cloudwatchLogs } from './cloudwatch-logs.ts';
import { itemCarrier } from './dynamodb-streams.ts';
import { firehose, kafka, mq, s3 } from './index.ts';
import { objectLambdaEvent, s3BatchEvent, s3Record } from './objects.fixture.ts';
import { activeMqEvent, rabbitMqEvent, rabbitMqMessage } from './queues.fixture.ts';
import { isoTime } from './records.ts';
import { s3Batch } from './s3-batch.ts';
import { s3ObjectLambda } from './s3-object-lambda.ts';
import { firehoseEvent, kafkaRecord, mskEvent } from './streams.fixture.ts';
import { TRACEPARENT } from './trigger.fixture.ts';

describe('Kafka', () => {
  it('goes on with the other partitions after a failure, and names each failed one by the offset to resume at', async () => {
    const { lambda } = recorder();
    const seen: string[] = [];
    const handler = lambda.records(kafka)({ failures: 'report', concurrency: 1 }, async (record) => {
      seen.push(kafka.records.id(record));
      if (record.partition === 0) throw new Error('bad');
    });
    expect(await handler(mskEvent, fakeContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: { partition: 'telemetry-0', offset: 15 } }],
    });
    expect(seen).toEqual(['telemetry-0:15', 'telemetry-1:15']);
  });

  it('has the text of the key for a key, and none without', () => {
    const keys = [kafkaRecord(0, 1), kafkaRecord(0, 1, { key: '' }), kafkaRecord(0, 1, { key: undefined as never })];
    expect(keys.map((record) => kafka.records.key?.(record))).toEqual(['device-7', undefined, undefined]);
  });

  it('takes records without headers', () => {
    expect(kafka.records.carrier?.(kafkaRecord(0, 1, { headers: null as never }))).toEqual({});
  });
});

describe('Amazon MQ', () => {
  const times = (event: typeof activeMqEvent): readonly unknown[] =>
    mq.records.list(event).map((record) => mq.records.sentAtMs?.(record));

  it("reads the broker's time, else the sender's", () => {
    expect(times(activeMqEvent)).toEqual([SENT_AT_MS, SENT_AT_MS - 3]);
    expect(times(rabbitMqEvent)).toEqual([SENT_AT_MS]);
  });

  it('takes messages that state neither time nor id, and events that have none', () => {
    const { basicProperties, ...message } = rabbitMqMessage(null);
    const bare = { ...message, basicProperties: { ...basicProperties, messageId: null, timestamp: null } };
    expect([mq.records.id(bare), mq.records.sentAtMs?.(bare), mq.records.carrier?.(bare)]).toEqual(['', NaN, {}]);
    const empty = { eventSource: 'aws:rmq', eventSourceArn: 'arn' };
    expect([mq.records.list(empty), mq.records.source?.(empty)]).toEqual([[], undefined]);
    const queueless = { ...empty, messages: [bare] as never };
    expect(mq.records.source?.(queueless)).toBeUndefined();
  });
});

it('has the partition key of the stream behind Firehose for a key', () => {
  expect(firehoseEvent.records.map((record) => firehose.records.key?.(record))).toEqual([undefined, 'p-1']);
});

describe('S3', () => {
  it.each([
    ['ObjectCreated:CompleteMultipartUpload', 'insert'],
    ['ObjectRemoved:DeleteMarkerCreated', 'delete'],
    ['LifecycleExpiration:Delete', 'delete'],
    ['ObjectTagging:Put', 'edit'],
  ])('calls %s %s', (eventName, operation) => {
    const { attributes } = s3.records.plan?.(s3Record(eventName)) ?? {};
    expect(attributes?.['faas.document.operation']).toBe(operation);
  });

  it('leaves out what a notification lacks', () => {
    const { responseElements: _, ...bare } = s3Record('ObjectCreated:Put');
    expect(s3.records.id({ ...bare, eventTime: 'soon', s3: { ...bare.s3, object: {} } } as never)).toBe('');
  });
});

describe('S3 Batch Operations', () => {
  async function ended(resultCode: unknown): Promise<unknown> {
    const { lambda, spans } = recorder();
    await settled(
      invoke(
        lambda(async () => ({ results: [{ resultCode }] })),
        s3BatchEvent,
        fakeContext(),
      ),
    );
    return [spans()[0]?.status.code, spans()[0]?.attributes['error.type']];
  }

  it('judges a task by its result', async () => {
    expect(await ended('Succeeded')).toEqual([0, undefined]);
    expect(await ended('TemporaryFailure')).toEqual([2, 'TemporaryFailure']);
    expect(await ended(undefined)).toEqual([0, undefined]);
  });

  it('takes jobs without tasks', () => {
    const empty = { ...s3BatchEvent, tasks: [] };
    expect(s3Batch.plan(empty as never, fakeContext()).attributes).toMatchObject({
      'tracelet.event_source.name': s3BatchEvent.job.id,
    });
  });
});

it('tells the operations of S3 Object Lambda apart', () => {
  const { getObjectContext, ...rest } = objectLambdaEvent;
  const operations = ['headObjectContext', 'listObjectsContext', 'listObjectsV2Context', 'other'].map((context) => {
    const event = { ...rest, [context]: getObjectContext };
    const plan = s3ObjectLambda.plan(event as never, fakeContext());
    return [s3ObjectLambda.matches(event), plan.attributes['tracelet.event_source.operation']];
  });
  expect(operations).toEqual([
    [true, 'HeadObject'],
    [true, 'ListObjects'],
    [true, 'ListObjectsV2'],
    [false, undefined],
  ]);
});

it('says nothing of logs that it cannot unzip', () => {
  expect(cloudwatchLogs.plan({ awslogs: { data: 'bm8gZ3ppcA==' } } as never, fakeContext()).attributes).toEqual({});
});

describe('itemCarrier', () => {
  const text = { S: TRACEPARENT };
  const map = { M: { traceparent: text, tracestate: { S: 'a=1' } } };
  it.each([
    ['a text', { NewImage: { trace: text } }, { traceparent: TRACEPARENT }],
    ['a map', { NewImage: { trace: map } }, { traceparent: TRACEPARENT, tracestate: 'a=1' }],
    ['the old image of a removal', { OldImage: { trace: text } }, { traceparent: TRACEPARENT }],
    ['another type', { NewImage: { trace: { N: '1' } } }, undefined],
    ['an item without it', { NewImage: { id: text } }, undefined],
    ['keys only', { Keys: {} }, undefined],
    ['nothing', undefined, undefined],
  ])('reads %s', (_of, dynamodb, carrier) => {
    expect(itemCarrier(dynamodbRecord('1', { dynamodb } as never), 'trace')).toEqual(carrier);
  });
});

it('writes times that a Date may have, and leaves the others out', () => {
  expect([0, 8.64e15, 8.65e15, NaN, undefined].map(isoTime)).toEqual([
    '1970-01-01T00:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    undefined,
    undefined,
    undefined,
  ]);
});
