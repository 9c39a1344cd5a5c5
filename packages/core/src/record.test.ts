import { createHash } from 'node:crypto';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchOptions } from './handler.ts';
import type { RecordScope } from './scope.ts';
import { currentFrame, shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { defineBatchTrigger } from './trigger.ts';
import { dynamodbRecord, fifoRecord, kinesisRecord, sqsEvent, sqsRecord } from './triggers/batch.fixture.ts';
import { firehoseEvent, kafkaRecord, mskEvent } from './triggers/streams.fixture.ts';

const bad = new Error('bad');
const PRODUCER = '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331';

/** A message whose producer left its context. */
const carrying = (flags = '01'): SQSEvent => {
  const stringValue = `00-${PRODUCER.replace(':', '-')}-${flags}`;
  return { Records: [sqsRecord('m1', { messageAttributes: { traceparent: { dataType: 'String', stringValue } } })] };
};

beforeEach(() => shared().troubles.clear());
afterEach(() => void vi.useRealTimers());

describe('linkProducer', () => {
  it("'parent' continues the producer's trace in the record, linked to the batch; what has no producer stays", async () => {
    const { lambda, tree } = recorder();
    const handler = lambda.sqs({ linkProducer: 'parent' }, (_, { span }) => span('work', () => {}));
    await handler({ Records: [...carrying().Records, sqsRecord('m2')] }, fakeContext());
    expect(tree()).toEqual([
      'shop SERVER',
      '  process orders CONSUMER',
      '    process orders CONSUMER',
      '      work INTERNAL',
      `process orders CONSUMER under ${PRODUCER} -> process orders`,
      '  work INTERNAL',
    ]);
  });

  it("'parent' leaves it to the producer whether the record is sampled; 'link' does not", async () => {
    for (const [linkProducer, names] of [
      ['parent', ['process orders', 'shop']],
      ['link', ['process orders', 'process orders', 'shop']],
    ] as const) {
      const { lambda, spans } = recorder();
      await lambda.sqs({ linkProducer }, () => {})(carrying('00'), fakeContext());
      expect(spans().map(({ name }) => name)).toEqual(names);
    }
  });

  it("'parent' holds for spans that come late", async () => {
    const { lambda, tree } = recorder({ settings: { batch: { linkProducer: 'parent', maxRecordSpans: 0 } } });
    await settled(lambda.sqs(() => Promise.reject(bad))(carrying(), fakeContext()));
    expect(tree().at(-1)).toBe(
      `process orders CONSUMER under ${PRODUCER} ERROR(bad) exception(Error: bad) -> process orders`,
    );
  });

  it("'parent' changes nothing for the record of a single event", async () => {
    const [record] = carrying().Records;
    const one = defineBatchTrigger<SQSEvent, unknown, void>({
      id: 'one',
      kind: 'other',
      matches: () => true,
      plan: () => ({ attributes: {} }),
      records: {
        single: true,
        list: ({ Records }) => Records,
        id: () => 'one',
        carrier: () => ({ traceparent: record?.messageAttributes.traceparent?.stringValue }),
      },
    });
    const { lambda, tree } = recorder({ settings: { batch: { linkProducer: 'parent' } } });
    await lambda.records(one)(() => {})(carrying(), fakeContext());
    // The one record of an event has its producer's context from the invocation, so it needs no other parent.
    expect(tree()).toEqual(['shop SERVER', '  process CONSUMER']);
  });
});

describe('messageKeys', () => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

  async function keysOf(event: unknown, wrapper: 'sqs' | 'kinesis' | 'dynamodb' | 'kafka' | 'firehose', keys?: string) {
    const { lambda, spans } = recorder();
    await invoke(
      invoke(lambda[wrapper], { messageKeys: keys }, () => {}),
      event,
      fakeContext(),
    );
    const records = spans().filter(({ attributes }) => 'messaging.message.id' in attributes);
    return records.map(({ attributes }) => attributes['tracelet.record.key']);
  }

  it.each([
    ['sqs', { Records: [fifoRecord('m1', 'customer-7')] }, ['customer-7']],
    ['kinesis', { Records: [kinesisRecord('1')] }, ['1']],
    ['dynamodb', { Records: [dynamodbRecord('1')] }, ['{"id":{"N":"101"}}']],
    ['kafka', { ...mskEvent, records: { 'telemetry-0': [kafkaRecord(0, 1)] } }, ['device-7']],
    ['firehose', firehoseEvent, [undefined, 'p-1']],
  ] as const)('are hashed for %s, in the open on request, or left out', async (wrapper, event, keys) => {
    const hashed = keys.map((key) => key && hash(key));
    expect(await keysOf(event, wrapper)).toEqual(hashed);
    expect(await keysOf(event, wrapper, 'hash')).toEqual(hashed);
    expect(await keysOf(event, wrapper, 'plain')).toEqual(keys);
    expect(await keysOf(event, wrapper, 'omit')).toEqual(keys.map(() => undefined));
  });

  it('are left out where a record has none', async () => {
    expect(await keysOf({ Records: [sqsRecord('m1')] }, 'sqs')).toEqual([undefined]);
  });
});

describe('idempotencyKey', () => {
  async function keysOf(idempotencyKey: BatchOptions<SQSEvent['Records'][number], unknown>['idempotencyKey']) {
    const { lambda, spans } = recorder();
    const lines = await printed(() => lambda.sqs({ idempotencyKey }, () => {})(sqsEvent, fakeContext()));
    const named = spans().slice(0, 2);
    return { lines, keys: named.map(({ attributes }) => attributes['tracelet.record.idempotency_key']) };
  }

  it('tells what is the same work, on the span of the record', async () => {
    expect(await keysOf(({ messageId }) => `order-${messageId}`)).toEqual({
      lines: [],
      keys: ['order-m1', 'order-m2'],
    });
    expect(await keysOf(() => undefined)).toEqual({ lines: [], keys: [undefined, undefined] });
  });

  it('that throws is left out and said once; the record is processed', async () => {
    const { lines, keys } = await keysOf(() => {
      throw bad;
    });
    expect(keys).toEqual([undefined, undefined]);
    expect(lines).toMatchObject([
      { code: 'idempotency_key_failed', message: 'tracelet: The trigger sqs failed with Error: bad' },
    ]);
  });
});

describe('maxReceiveCount', () => {
  /** Whether each record knew that it was its last attempt, and the events on its span. */
  async function play(maxReceiveCount: number | undefined, maxRecordSpans?: number) {
    const { lambda, spans } = recorder();
    const { attributes } = sqsRecord('m1');
    const Records = [1, 2, 3, 4].map((count) =>
      sqsRecord(`m${count}`, { attributes: { ...attributes, ApproximateReceiveCount: String(count) } }),
    );
    const seen: boolean[] = [];
    const each = ({ messageId }: { messageId: string }, { isLastAttempt }: RecordScope<unknown>): void => {
      seen.push(isLastAttempt);
      if (messageId !== 'm3') throw bad;
    };
    const handler = lambda.sqs({ maxReceiveCount, maxRecordSpans, concurrency: 1 }, each);
    await settled(handler({ Records }, fakeContext()));
    const named = (event: string) => (span: ReadableSpan) => span.events.some(({ name }) => name === event);
    const lost = spans().filter(named('tracelet.record.last_attempt_failed'));
    return { seen, lost: lost.map((span) => span.attributes['messaging.message.id']) };
  }

  it('tells the last attempt apart, and marks its failure, because the message leaves the queue', async () => {
    expect(await play(3)).toEqual({ seen: [false, false, true, true], lost: ['m4'] });
    expect(await play(1)).toEqual({ seen: [true, true, true, true], lost: ['m1', 'm2', 'm4'] });
  });

  it('marks it on a span that comes late as well', async () => {
    expect(await play(3, 0)).toEqual({ seen: [false, false, true, true], lost: ['m4'] });
  });

  it('that nobody gives is no end', async () => {
    expect(await play(undefined)).toEqual({ seen: [false, false, false, false], lost: [] });
  });

  it('says nothing of a source that does not count', async () => {
    const { lambda } = recorder();
    const seen: boolean[] = [];
    const handler = lambda.kinesis({ maxReceiveCount: 2 }, (_, { isLastAttempt }) => void seen.push(isLastAttempt));
    await handler({ Records: [kinesisRecord('1')] }, fakeContext());
    expect(seen).toEqual([false]);
  });
});

it('processes the records of a trigger that describes them without attributes', async () => {
  const bare = defineBatchTrigger<readonly string[], string, readonly string[]>({
    id: 'bare',
    kind: 'other',
    matches: Array.isArray,
    plan: () => ({ attributes: {} }),
    records: { list: (event) => event, id: (record) => record, plan: () => ({ name: 'letter' }) as never },
  });
  const { lambda, tree } = recorder();
  const seen: string[] = [];
  await lambda.records(bare)((record) => void seen.push(record))(['a'], fakeContext());
  expect(seen).toEqual(['a']);
  expect(tree().at(-1)).toBe('    letter CONSUMER');
});

it('puts what a record without a span does below the invocation where there is no batch', async () => {
  const { lambda, tree } = recorder({ settings: { batch: { maxRecordSpans: 0 } } });
  const each = lambda.record((_record: string, { span, set }) => {
    set({ lost: true });
    span('work', () => {});
  });
  await lambda(async () => each('r'))('e', fakeContext());
  expect(tree({ attributes: false })).toEqual(['shop SERVER', '  work INTERNAL']);
});

it('keeps the log fields of the invocation for its records', async () => {
  const { lambda } = recorder();
  const each = lambda.record(() => currentFrame()?.logFields);
  const handler = lambda(async ({ Records }: SQSEvent) => {
    const frame = currentFrame();
    if (frame) frame.logFields = { orderId: 7 };
    return Records.map((record) => each(record));
  });
  expect(await handler(sqsEvent, fakeContext())).toEqual([{ orderId: 7 }, { orderId: 7 }]);
});

it('gives lambda.record the same bound of spans as a batch: the first, the failed and the slow', async () => {
  const { lambda, tree, spans } = recorder({ settings: { batch: { maxRecordSpans: 1, slowRecordMs: 20 } } });
  const each = lambda.record(async ({ messageId }: { messageId: string }) => {
    if (messageId === 'bad') throw bad;
    if (messageId === 'slow') await new Promise((resolve) => setTimeout(resolve, 40));
  });
  const handler = lambda(({ Records }: SQSEvent) => Promise.allSettled(Records.map((record) => each(record))));
  const Records = ['first', 'quick', 'bad', 'slow', 'last'].map((id) => sqsRecord(id));
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'] });
  const running = handler({ Records }, fakeContext());
  await vi.advanceTimersByTimeAsync(1000);
  await running;
  const ids = spans().map(({ attributes }) => attributes['messaging.message.id']);
  expect(ids.filter(Boolean).sort()).toEqual(['bad', 'first', 'slow']);
  expect(tree().filter((line) => line.includes('ERROR'))).toEqual([
    '    process orders CONSUMER ERROR(bad) exception(Error: bad)',
  ]);
  const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  expect(batch?.attributes).toMatchObject({ 'tracelet.batch.failed_count': 1, 'tracelet.batch.untraced_count': 2 });
  expect(batch?.attributes).not.toHaveProperty('tracelet.batch.skipped_count');
});
