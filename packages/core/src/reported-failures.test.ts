import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, type Recorder, recorder } from './tracing.fixture.ts';
import { dynamodbEvent, kinesisEvent, sqsRecord } from './triggers/batch.fixture.ts';
import { firehoseEvent, mskEvent } from './triggers/streams.fixture.ts';

const bad = new Error('bad');
const messages: SQSEvent = { Records: ['m1', 'm2', 'm3'].map((id) => sqsRecord(id)) };
const failures = (...ids: readonly unknown[]): object => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

beforeEach(() => shared().troubles.clear());

/** Spans of records by message id, and the count of failed ones on the batch's. */
function told({ spans }: Recorder): unknown {
  const records = spans().filter(({ attributes }) => 'messaging.message.id' in attributes);
  const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  return {
    records: records.map(({ attributes, status }) => [
      attributes['messaging.message.id'],
      status.code,
      attributes['error.type'],
    ]),
    failed: batch?.attributes['tracelet.batch.failed_count'],
  };
}

/** What is recorded of a handler of whole batches that answers so. */
async function recorded(event: unknown, result: unknown): Promise<unknown> {
  const made = recorder();
  const handler = made.lambda(async () => result);
  expect(await invoke(handler, event, fakeContext())).toBe(result);
  return told(made);
}

const failed = (id: string): unknown[] => [id, 2, 'batch_item_failure'];

describe('a handler of whole batches that names failures', () => {
  it('has a failed span for each named record, as long as the batch, and a success of its own', async () => {
    const made = recorder();
    const handler = made.lambda(async () => failures('m1', 'm3'));
    await invoke(handler, messages, fakeContext());
    expect(made.tree()).toEqual([
      'shop SERVER',
      '  process orders CONSUMER',
      '    process orders CONSUMER ERROR()',
      '    process orders CONSUMER ERROR()',
    ]);
    expect(told(made)).toEqual({ records: [failed('m1'), failed('m3')], failed: 2 });
    expect(made.spans()[0]?.attributes).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'orders',
    });
    const [record, , batch] = made.spans();
    expect(record?.startTime[0]).toBeLessThanOrEqual(Number(batch?.startTime[0]) + 1);
  });

  it.each([
    ['Kinesis', kinesisEvent, '101'],
    ['DynamoDB Streams', dynamodbEvent, '201'],
  ])('is understood for %s', async (_source, event, id) => {
    expect(await recorded(event, failures(id))).toEqual({ records: [failed(id)], failed: 1 });
  });

  it('is understood for Kafka, whose names are objects, however their members are ordered', async () => {
    const expected = { records: [failed('telemetry-0:16'), failed('telemetry-1:15')], failed: 2 };
    const first = { partition: 'telemetry-0', offset: 16 };
    expect(await recorded(mskEvent, failures(first, { partition: 'telemetry-1', offset: 15 }))).toEqual(expected);
    expect(await recorded(mskEvent, failures(first, { offset: 15, partition: 'telemetry-1' }))).toEqual(expected);
  });

  it('counts names that it does not know, and shows no span for them', async () => {
    expect(await recorded(messages, failures('m1', 'gone', '', null))).toEqual({ records: [failed('m1')], failed: 4 });
  });

  it.each([undefined, null, 'text', [], {}, { batchItemFailures: null }, { batchItemFailures: 'm1' }, failures()])(
    'names none with %j',
    async (result) => {
      expect(await recorded(messages, result)).toEqual({ records: [], failed: undefined });
    },
  );

  it('says nothing for a source without partial responses, and for an event that is no batch', async () => {
    expect(await recorded(firehoseEvent, failures('4966-1'))).toMatchObject({ records: [] });
    expect(await recorded({ id: 1 }, failures('m1'))).toEqual({ records: [], failed: undefined });
  });

  it('of whose names one cannot be read gives its answer all the same', async () => {
    const made = recorder();
    const result = {
      get batchItemFailures() {
        throw bad;
      },
    };
    const lines = await printed(async () => {
      expect(
        await invoke(
          made.lambda(async () => result),
          messages,
          fakeContext(),
        ),
      ).toBe(result);
    });
    expect(lines).toMatchObject([{ code: 'result_unreadable' }]);
  });
});

describe('a loop with lambda.record that names failures', () => {
  /** Processes each message by `lambda.record`; m2 fails. */
  async function play(named: readonly string[]): Promise<unknown> {
    const made = recorder();
    const each = made.lambda.record(async ({ messageId }: { messageId: string }) => {
      if (messageId === 'm2') throw bad;
    });
    const handler = made.lambda(async ({ Records }: SQSEvent) => {
      await Promise.allSettled(Records.map((record) => each(record)));
      return failures(...named);
    });
    await handler(messages, fakeContext());
    return told(made);
  }

  it('has one span for each record, not two', async () => {
    expect(await play(['m2'])).toEqual({
      records: [
        ['m1', 0, undefined],
        ['m2', 2, 'Error'],
        ['m3', 0, undefined],
      ],
      failed: 1,
    });
  });

  it('has another for a record that it names although it went well', async () => {
    expect(await play(['m2', 'm3'])).toMatchObject({ failed: 2, records: { length: 4, 3: failed('m3') } });
  });
});

it('shows nothing of what a batch wrapper reports, because its records have spans already', async () => {
  const made = recorder();
  const handler = made.lambda.sqs({ failures: 'report' }, ({ messageId }) => {
    if (messageId === 'm2') throw bad;
  });
  expect(await handler(messages, fakeContext())).toEqual(failures('m2'));
  expect(made.spans()).toHaveLength(5);
});
