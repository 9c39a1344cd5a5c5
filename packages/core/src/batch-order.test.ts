import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { defineBatchTrigger, type RecordOrder } from './trigger.ts';
import { dynamodbEvent, dynamodbRecord, fifoRecord, kinesisRecord, sqsRecord } from './triggers/batch.fixture.ts';

const bad = new Error('bad');

beforeEach(() => shared().troubles.clear());

describe('concurrency', () => {
  /** Runs 25 records that each take two turns of the event loop; tells how many ran at once and in which order. */
  async function runWith(concurrency?: number): Promise<{ most: number; started: readonly number[] }> {
    const { lambda } = recorder();
    let running = 0;
    let most = 0;
    const started: number[] = [];
    const handler = lambda.sqs({ concurrency }, async ({ messageId }) => {
      started.push(Number(messageId));
      running += 1;
      most = Math.max(most, running);
      await turn();
      await turn();
      running -= 1;
    });
    await handler({ Records: Array.from({ length: 25 }, (_, index) => sqsRecord(String(index))) }, fakeContext());
    return { most, started };
  }
  const inOrder = Array.from({ length: 25 }, (_, index) => index);

  it.each([
    [1, 1],
    [3, 3],
    [undefined, 10],
    [Infinity, 25],
  ])('of %s runs %s records at once, started in order', async (concurrency, most) => {
    expect(await runWith(concurrency)).toEqual({ most, started: inOrder });
  });

  it('keeps the failures in the order of the batch, however the records end', async () => {
    const { lambda } = recorder();
    const handler = lambda.sqs({ failures: 'report' }, async ({ messageId }) => {
      if (messageId === 'slow') await turn();
      if (messageId !== 'good') throw bad;
    });
    const Records = ['slow', 'good', 'fast'].map((id) => sqsRecord(id));
    expect(await handler({ Records }, fakeContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'slow' }, { itemIdentifier: 'fast' }],
    });
  });
});

describe('a sequence', () => {
  it('runs one record at a time, stops at the first failure and reports it alone', async () => {
    const { lambda, tree, spans } = recorder();
    const seen: string[] = [];
    const handler = lambda.kinesis({ failures: 'report', concurrency: 10 }, async ({ kinesis }) => {
      seen.push(`${kinesis.sequenceNumber} starts`);
      await turn();
      seen.push(`${kinesis.sequenceNumber} ends`);
      if (kinesis.sequenceNumber === '2') throw bad;
    });
    const Records = ['1', '2', '3', '4'].map((id) => kinesisRecord(id));
    expect(await handler({ Records }, fakeContext())).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(seen).toEqual(['1 starts', '1 ends', '2 starts', '2 ends']);
    expect(tree()).toEqual([
      'shop SERVER',
      '  process clicks CONSUMER',
      '    process clicks CONSUMER',
      '    process clicks CONSUMER ERROR(bad) exception(Error: bad)',
    ]);
    const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
    expect(batch?.attributes).toMatchObject({ 'tracelet.batch.failed_count': 1, 'tracelet.batch.skipped_count': 2 });
  });

  it('throws with the first failure alone, and leaves the rest untried', async () => {
    const { lambda, spans } = recorder();
    const handler = lambda.dynamodb(() => Promise.reject(bad));
    expect(await settled(handler(dynamodbEvent, fakeContext()))).toMatchObject({
      error: { failedIds: ['200'], errors: [bad] },
    });
    expect(spans()[0]?.attributes).toMatchObject({
      'faas.document.collection': 'orders',
      'faas.document.operation': 'insert',
      'faas.document.time': '2023-11-14T22:13:20.000Z',
      'messaging.message.id': '200',
    });
  });

  it('describes a record without its change as far as it goes', async () => {
    const { lambda, spans } = recorder();
    const bare = dynamodbRecord('1', { dynamodb: undefined, eventName: undefined as never });
    const odd = dynamodbRecord('2', { dynamodb: { SequenceNumber: '2', ApproximateCreationDateTime: NaN } });
    await lambda.dynamodb(() => {})({ Records: [bare, odd] }, fakeContext());
    const plain = {
      'faas.document.collection': 'orders',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.system.name': 'aws.dynamodb_streams',
    };
    expect(
      spans()
        .slice(0, 2)
        .map(({ attributes }) => attributes),
    ).toEqual([plain, { ...plain, 'faas.document.operation': 'edit', 'messaging.message.id': '2' }]);
  });
});

describe('an order by key', () => {
  it('stops a FIFO message group at its first failure, reports its rest too, and lets other groups go on', async () => {
    const { lambda } = recorder();
    const seen: string[] = [];
    const handler = lambda.sqs({ failures: 'report' }, async ({ messageId }) => {
      await turn();
      seen.push(messageId);
      if (messageId === 'a1') throw bad;
    });
    const Records = [
      fifoRecord('a1', 'a'),
      fifoRecord('b1', 'b'),
      fifoRecord('a2', 'a'),
      fifoRecord('b2', 'b'),
      fifoRecord('a3', 'a'),
    ];
    expect(await handler({ Records }, fakeContext())).toEqual({
      batchItemFailures: ['a1', 'a2', 'a3'].map((itemIdentifier) => ({ itemIdentifier })),
    });
    expect(seen).toEqual(['a1', 'b1', 'b2']);
  });

  const numbers = (order: RecordOrder<number>) =>
    defineBatchTrigger<readonly number[], number, readonly string[]>({
      id: 'numbers',
      kind: 'other',
      matches: Array.isArray,
      plan: () => ({ attributes: {} }),
      records: { list: (event) => event, id: String, respond: (ids) => ids, order },
    });

  it('lets a record without a key stand alone', async () => {
    const { lambda } = recorder();
    const trigger = numbers((record) => (record < 10 ? 'small' : undefined));
    const handler = lambda.records(trigger)({ failures: 'report' }, (record) => {
      if (record === 1 || record === 20) throw bad;
    });
    expect(await handler([1, 20, 30, 2], fakeContext())).toEqual(['1', '20', '2']);
  });

  it('that cannot be read lets the record stand alone, and is said once', async () => {
    const { lambda } = recorder();
    const trigger = numbers(() => {
      throw bad;
    });
    const seen: number[] = [];
    const lines = await printed(() =>
      lambda.records(trigger)((record) => void seen.push(record))([1, 2], fakeContext()),
    );
    expect(seen).toEqual([1, 2]);
    expect(lines).toMatchObject([
      { code: 'order_failed', message: 'tracelet: The trigger numbers failed with Error: bad' },
    ]);
  });
});
