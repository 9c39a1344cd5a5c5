import type { SQSEvent } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { dynamodbEvent, sqsRecord } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');

afterEach(() => void vi.useRealTimers());

/** Runs with clocks that stand still but for timers, which makes durations exact. */
async function inFakeTime<T>(run: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'] });
  const running = run();
  await vi.advanceTimersByTimeAsync(1000);
  return running;
}

const messages = (...ids: readonly string[]): SQSEvent => ({ Records: ids.map((id) => sqsRecord(id)) });

/** Fails the records of these ids. */
const failing =
  (...ids: readonly string[]) =>
  ({ messageId }: { messageId: string }): void => {
    if (ids.includes(messageId)) throw new TypeError(`${messageId} is bad`);
  };

describe('maxRecordSpans', () => {
  const ids = Array.from({ length: 6 }, (_, index) => `m${index}`);

  it('gives the first records and the failed ones a span, and counts those that have none', async () => {
    const { lambda, tree, spans } = recorder();
    const handler = lambda.sqs({ maxRecordSpans: 2, failures: 'report' }, async ({ messageId }, scope) => {
      await scope.span(`work on ${messageId}`, async () => failing('m4')({ messageId }));
    });
    expect(await handler(messages(...ids), fakeContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm4' }] });
    expect(tree()).toEqual([
      'shop SERVER',
      '  process orders CONSUMER',
      '    process orders CONSUMER',
      '      work on m0 INTERNAL',
      '    process orders CONSUMER',
      '      work on m1 INTERNAL',
      '    work on m2 INTERNAL',
      '    work on m3 INTERNAL',
      '    work on m4 INTERNAL ERROR(m4 is bad) exception(TypeError: m4 is bad)',
      '    work on m5 INTERNAL',
      '    process orders CONSUMER ERROR(m4 is bad) exception(TypeError: m4 is bad)',
    ]);
    const late = spans().filter(({ attributes }) => attributes['messaging.message.id'] === 'm4');
    expect(late.map(({ status, attributes }) => [status.message, attributes['error.type']])).toEqual([
      ['m4 is bad', 'TypeError'],
    ]);
    const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
    expect(batch?.attributes).toMatchObject({ 'tracelet.batch.failed_count': 1, 'tracelet.batch.untraced_count': 3 });
    expect(late[0]?.parentSpanContext?.spanId).toBe(batch?.spanContext().spanId);
  });

  it('keeps what a record said of itself for the span that it gets late', async () => {
    const { lambda, spans } = recorder();
    const handler = lambda.sqs(
      { maxRecordSpans: 0, slowRecordMs: 20, concurrency: 1 },
      async ({ messageId }, { set }) => {
        set({ 'order.id': messageId, step: 1 });
        set({ step: 2 });
        if (messageId === 'm2') await new Promise((resolve) => setTimeout(resolve, 30));
        failing('m3')({ messageId });
      },
    );
    await inFakeTime(() => settled(handler(messages('m1', 'm2', 'm3'), fakeContext())));
    const late = spans().filter(({ attributes }) => 'messaging.message.id' in attributes);
    expect(late.map(({ attributes }) => [attributes['order.id'], attributes.step])).toEqual([
      ['m2', 2],
      ['m3', 2],
    ]);
  });

  it('of 0 records nothing but failures, and of Infinity everything', async () => {
    for (const [maxRecordSpans, count] of [
      [0, 3],
      [Infinity, 8],
    ] as const) {
      const { lambda, spans } = recorder();
      await settled(lambda.sqs({ maxRecordSpans }, failing('m5'))(messages(...ids), fakeContext()));
      expect(spans()).toHaveLength(count);
    }
  });

  it('does not count skipped records as untraced', async () => {
    const { lambda, spans } = recorder();
    const handler = lambda.dynamodb({ maxRecordSpans: 0, failures: 'report' }, () => Promise.reject(boom));
    await handler(dynamodbEvent, fakeContext());
    expect(spans()[1]?.attributes).toMatchObject({
      'tracelet.batch.failed_count': 1,
      'tracelet.batch.skipped_count': 1,
    });
    expect(spans()[1]?.attributes).not.toHaveProperty('tracelet.batch.untraced_count');
  });
});

describe('slowRecordMs', () => {
  /** Runs three records of which the second takes its time, and gives the ids of those that have spans. */
  async function spansWith(slowRecordMs: number | undefined, maxRecordSpans: number): Promise<unknown> {
    const { lambda, spans } = recorder();
    const handler = lambda.sqs({ slowRecordMs, maxRecordSpans, concurrency: 1 }, async ({ messageId }) => {
      if (messageId === 'm2') await new Promise((resolve) => setTimeout(resolve, 30));
    });
    await inFakeTime(() => handler(messages('m1', 'm2', 'm3'), fakeContext()));
    const records = spans().filter(({ attributes }) => 'messaging.message.id' in attributes);
    for (const { duration, attributes } of records) {
      // A span that comes late starts when its record did.
      expect(duration).toEqual([0, attributes['messaging.message.id'] === 'm2' ? 30e6 : 0]);
    }
    return records.map(({ attributes }) => attributes['messaging.message.id']);
  }

  it('gives a slow record its span beyond maxRecordSpans', async () => {
    expect(await spansWith(20, 1)).toEqual(['m1', 'm2']);
    expect(await spansWith(20, 0)).toEqual(['m2']);
  });

  it('is 1,000 by default', async () => {
    expect(await spansWith(undefined, 0)).toEqual([]);
  });
});

describe('the counts on the batch span', () => {
  const batchOf = (spans: readonly { attributes: object }[]): Record<string, unknown> => {
    const batch = spans.find(({ attributes }) => 'messaging.batch.message_count' in attributes);
    const entries = Object.entries(batch?.attributes ?? {}).filter(([name]) => name.startsWith('tracelet.batch.'));
    return Object.fromEntries(entries.map(([name, value]) => [name.slice('tracelet.batch.'.length), value]));
  };
  const ages = { age_min_ms: expect.any(Number), age_median_ms: expect.any(Number), age_max_ms: expect.any(Number) };

  it('sum up bytes and durations of all records, those without a span of their own too', async () => {
    const { lambda, spans } = recorder();
    const handler = lambda.sqs({ maxRecordSpans: 1, concurrency: 20, failures: 'report' }, async ({ messageId }) => {
      // 20 records; most of them take no time at all, two take some, one takes long.
      const waitMs = { m3: 20, m4: 20, m5: 60 }[messageId] ?? 0;
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      failing('m6')({ messageId });
    });
    const Records = Array.from({ length: 20 }, (_, index) => sqsRecord(`m${index}`, { body: 'é'.repeat(50) }));
    await inFakeTime(() => handler({ Records }, fakeContext()));
    expect(batchOf(spans())).toEqual({
      ...ages,
      failed_count: 1,
      skipped_count: 0,
      untraced_count: 18,
      bytes: 2000,
      record_p50_ms: 0,
      record_p95_ms: 20,
      record_max_ms: 60,
    });
  });

  it('tell of one record without a span as of many', async () => {
    const { lambda, spans } = recorder();
    await lambda.sqs({ maxRecordSpans: 1 }, () => {})(messages('m1', 'm2'), fakeContext());
    expect(batchOf(spans())).toMatchObject({ untraced_count: 1 });
  });

  it('are those of one record where there is one', async () => {
    const { lambda, spans } = recorder();
    await lambda.sqs(() => {})({ Records: [sqsRecord('m1', { body: '' })] }, fakeContext());
    const durationMs = batchOf(spans()).record_max_ms;
    expect(batchOf(spans())).toEqual({
      ...ages,
      failed_count: 0,
      skipped_count: 0,
      record_p50_ms: durationMs,
      record_p95_ms: durationMs,
      record_max_ms: durationMs,
    });
  });

  it('say nothing of records that no wrapper saw', async () => {
    const { lambda, spans } = recorder();
    await lambda(async () => 'done')(messages('m1'), fakeContext());
    expect(batchOf(spans())).toEqual(ages);
  });
});
