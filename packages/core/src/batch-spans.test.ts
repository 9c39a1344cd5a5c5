import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { dynamodbEvent, sqsRecord } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');

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
