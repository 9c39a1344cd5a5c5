import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EachFirehose } from './handler.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { dynamodbRecord, kinesisRecord } from './triggers/batch.fixture.ts';
import { documentdb } from './triggers/documentdb.ts';
import { s3Event } from './triggers/objects.fixture.ts';
import { activeMqEvent, rabbitMqEvent, snsEvent } from './triggers/queues.fixture.ts';
import { documentdbEvent, firehoseEvent, kafkaRecord, mskEvent } from './triggers/streams.fixture.ts';

const bad = new Error('bad');

beforeEach(() => shared().troubles.clear());

describe('Kinesis and DynamoDB Streams side by side across keys', () => {
  /** Records by key, `a1` having key `a`; those in capitals fail. Gives what was done and the answer. */
  async function play(ids: readonly string[], concurrency: number): Promise<{ seen: string[]; answer: unknown }> {
    const { lambda } = recorder();
    const seen: string[] = [];
    const Records = ids.map((id) => {
      const record = kinesisRecord(id);
      return { ...record, kinesis: { ...record.kinesis, partitionKey: id.charAt(0).toLowerCase() } };
    });
    const handler = lambda.kinesis({ failures: 'report', concurrency }, async ({ kinesis: { sequenceNumber: id } }) => {
      seen.push(id);
      // Each number is how many turns of the event loop the record takes.
      for (let left = Number(id.slice(1)); left > 0; left -= 1) await turn();
      if (/[A-Z]/.test(id)) throw bad;
    });
    return { seen, answer: await handler({ Records }, fakeContext()) };
  }
  const reporting = (id: string): object => ({ batchItemFailures: [{ itemIdentifier: id }] });

  it('start nothing behind a failure of the shard, whichever key it has, and report the failure', async () => {
    // b5 still runs when A2 fails; c1 and b1 come after it.
    expect(await play(['b5', 'A2', 'c9', 'b1', 'c1'], 2)).toEqual({ seen: ['b5', 'A2'], answer: reporting('A2') });
  });

  it('finish what comes before a failure, and report the lowest of several', async () => {
    // C1 fails first, so what is behind it is left alone; a2 and B3 come before it and have to run.
    expect(await play(['a6', 'B3', 'a2', 'C1', 'd1', 'a1'], 3)).toEqual({
      seen: ['a6', 'B3', 'C1'],
      answer: reporting('B3'),
    });
    expect(await play(['a3', 'a2', 'C1', 'd1'], 2)).toEqual({ seen: ['a3', 'C1', 'a2'], answer: reporting('C1') });
  });

  it('take the keys of a table for the key', async () => {
    const { lambda } = recorder();
    const seen: string[] = [];
    const Records = ['7', '8', '7'].map((id, index) => {
      const record = dynamodbRecord(`${id}-${index}`);
      return { ...record, dynamodb: { ...record.dynamodb, Keys: { id: { N: id } } } };
    });
    const handler = lambda.dynamodb({ concurrency: 5 }, async ({ dynamodb }) => {
      seen.push(`${dynamodb?.SequenceNumber} starts`);
      await turn();
      seen.push(`${dynamodb?.SequenceNumber} ends`);
    });
    await handler({ Records }, fakeContext());
    expect(seen).toEqual(['7-0 starts', '8-1 starts', '7-0 ends', '7-2 starts', '8-1 ends', '7-2 ends']);
  });
});

describe('Kafka', () => {
  const records = {
    'telemetry-0': [kafkaRecord(0, 15), kafkaRecord(0, 16), kafkaRecord(0, 17)],
    'telemetry-1': [kafkaRecord(1, 15), kafkaRecord(1, 16)],
    'telemetry-2': [kafkaRecord(2, 1)],
  };

  it('runs partitions side by side, each in order, and resumes each failed one where it failed', async () => {
    const { lambda, spans } = recorder();
    const seen: string[] = [];
    const handler = lambda.kafka({ failures: 'report', concurrency: 3 }, async ({ partition, offset }) => {
      seen.push(`${partition}:${offset}`);
      await turn();
      if (partition < 2 && offset === 16) throw bad;
    });
    expect(await handler({ ...mskEvent, records }, fakeContext())).toEqual({
      batchItemFailures: [
        { itemIdentifier: { partition: 'telemetry-0', offset: 16 } },
        { itemIdentifier: { partition: 'telemetry-1', offset: 16 } },
      ],
    });
    expect(seen).toEqual(['0:15', '1:15', '2:1', '0:16', '1:16']);
    const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
    expect(batch?.attributes).toMatchObject({ 'tracelet.batch.failed_count': 2, 'tracelet.batch.skipped_count': 1 });
  });

  it('names failed records by partition and offset when it throws', async () => {
    const { lambda } = recorder();
    expect(await settled(lambda.kafka(() => Promise.reject(bad))(mskEvent, fakeContext()))).toMatchObject({
      error: { failedIds: ['telemetry-0:15', 'telemetry-1:15'] },
    });
  });
});

describe('a source without partial responses', () => {
  const sources = [
    ['sns', snsEvent(), '95df01b4-ee98-5cb9-9903-4c221d41eb5e'],
    ['s3', s3Event, 'D82B88E5F771F645'],
    ['mq', activeMqEvent, 'ID:b-1.mq.eu-central-1.amazonaws.com-37557-1700000000000-2:1:1:1:1'],
    ['mq', rabbitMqEvent, 'r-1'],
  ] as const;

  it.each(sources)('throws for %s, and says why the whole batch is retried', async (source, event, id) => {
    const { lambda } = recorder();
    const failing = invoke(lambda[source], () => Promise.reject(bad));
    const lines = await printed(async () => {
      expect(await settled(invoke(failing, event, fakeContext()))).toMatchObject({
        error: {
          code: 'batch_failed',
          cause: bad,
          failedIds: expect.arrayContaining([id]),
          message: expect.stringMatching(/The source has no partial responses, so the whole batch is retried\.$/),
        },
      });
      const good = invoke(lambda[source], () => 'ignored');
      expect(await invoke(good, event, fakeContext())).toBeUndefined();
    });
    expect(lines).toEqual([]);
  });

  it.each(sources)("says once for %s that 'report' does nothing, and throws all the same", async (source, event) => {
    const { lambda } = recorder();
    const handler = invoke(lambda[source], { failures: 'report', onAllFailed: 'report' }, () => Promise.reject(bad));
    const lines = await printed(async () => {
      for (let times = 0; times < 2; times += 1) {
        expect(await settled(invoke(handler, event, fakeContext()))).toMatchObject({ error: { cause: bad } });
      }
    });
    expect(lines).toEqual([
      {
        level: 'WARN',
        message: `tracelet: ${source} has no partial responses`,
        code: 'no_partial_response',
        remedy: "Use failures: 'throw' for this source.",
      },
    ]);
  });

  it('stops a change stream at its first failure', async () => {
    const { lambda } = recorder();
    const seen: unknown[] = [];
    const handler = lambda.records(documentdb)(({ event }) => {
      seen.push(event.operationType);
      throw bad;
    });
    expect(await settled(handler(documentdbEvent, fakeContext()))).toMatchObject({ error: { errors: [bad] } });
    expect(seen).toEqual(['insert']);
  });
});

describe('Firehose', () => {
  const [first, second] = firehoseEvent.records;
  const base64 = (text: string): string => Buffer.from(text).toString('base64');

  /** What the first record is answered with. */
  async function answer(each: EachFirehose<unknown>): Promise<unknown> {
    const { lambda } = recorder();
    const response = await lambda.firehose(each)({ ...firehoseEvent, records: [first as never] }, fakeContext());
    return response.records[0];
  }
  const kept = { recordId: first?.recordId, result: 'Ok', data: first?.data };

  it.each<[string, unknown, object]>([
    ['a text', 'olé', { data: base64('olé') }],
    ['an empty text', '', { data: '' }],
    ['bytes', new Uint8Array([1, 2, 255]), { data: 'AQL/' }],
    ['nothing', undefined, {}],
    ['null, as JavaScript has it', null, {}],
    ['an empty result', {}, {}],
    ['Ok', { result: 'Ok', data: 'x' }, { data: base64('x') }],
    ['Dropped', { result: 'Dropped' }, { result: 'Dropped' }],
    ['bytes of a result', { data: Buffer.from('x') }, { data: base64('x') }],
    ['keys of a partition', { partitionKeys: { year: '2026' } }, { metadata: { partitionKeys: { year: '2026' } } }],
  ])('takes %s for an answer', async (_what, output, difference) => {
    expect(await answer(() => output as never)).toEqual({ ...kept, ...difference });
    expect(await answer(async () => output as never)).toEqual({ ...kept, ...difference });
  });

  it('answers for each record, in order, and never throws, whatever failed and whatever the settings say', async () => {
    const { lambda, tree } = recorder({ settings: { batch: { failures: 'throw', onAllFailed: 'throw' } } });
    const handler = lambda.firehose({ concurrency: 2 }, async ({ recordId }) => {
      if (recordId === first?.recordId) await turn();
      throw bad;
    });
    const failed = [first, second].map((record) => ({
      recordId: record?.recordId,
      result: 'ProcessingFailed',
      data: record?.data,
    }));
    expect(await handler(firehoseEvent, fakeContext())).toEqual({ records: failed });
    expect(tree().map((line) => line.includes('ERROR(bad)'))).toEqual([false, false, true, true]);
  });

  it('answers ProcessingFailed for a record that cannot be parsed, and throws when there was no time for one', async () => {
    const { lambda } = recorder();
    const parse = ({ data }: { data: string }): unknown => JSON.parse(data);
    const handler = lambda.firehose({ parse }, () => 'x');
    const { records } = await handler(firehoseEvent, fakeContext());
    expect(records.map(({ result }) => result)).toEqual(['ProcessingFailed', 'ProcessingFailed']);
    const late = lambda.firehose(() => 'x')(firehoseEvent, fakeContext({ getRemainingTimeInMillis: () => 100 }));
    await expect(late).rejects.toThrow(/records were not started.*no partial responses, so the whole batch is retried/);
  });

  it.each<[string, () => unknown]>([
    ['data that are neither text nor bytes', () => ({ data: 5 })],
    ['data as an object', () => ({ data: { id: 1 } })],
    [
      'a result that cannot be read',
      () => ({
        get result() {
          throw bad;
        },
      }),
    ],
  ])('answers ProcessingFailed for %s, says so once, and goes on', async (_what, output) => {
    const { lambda } = recorder();
    const outputs: unknown[] = [output(), 'fine', output()];
    const handler = lambda.firehose({ concurrency: 1 }, () => outputs.shift() as string);
    const records = [first, second, first] as typeof firehoseEvent.records;
    const lines = await printed(async () => {
      const response = await handler({ ...firehoseEvent, records }, fakeContext());
      expect(response.records).toEqual([
        { ...kept, result: 'ProcessingFailed' },
        { recordId: second?.recordId, result: 'Ok', data: base64('fine') },
        { ...kept, result: 'ProcessingFailed' },
      ]);
    });
    expect(lines).toMatchObject([{ code: 'result_unreadable' }]);
  });
});
