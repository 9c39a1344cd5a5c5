import type { SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { BatchError, TraceletError } from './errors.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { defineBatchTrigger } from './trigger.ts';
import { kinesisRecord, sqsEvent, sqsRecord, XRAY_LINK } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');
const REMEDY =
  "The whole batch is retried. To retry these alone, set ReportBatchItemFailures on the event source mapping and failures: 'report'.";

const messages = (...ids: readonly string[]): SQSEvent => ({ Records: ids.map((id) => sqsRecord(id)) });

/** Fails the records of these ids. */
const failing =
  (...ids: readonly string[]) =>
  ({ messageId }: { messageId: string }): void => {
    if (ids.includes(messageId)) throw new TypeError(`${messageId} is bad`);
  };

async function errorOf(promise: unknown): Promise<unknown> {
  const outcome = await settled(promise);
  return 'error' in outcome ? outcome.error : expect.fail('it did not fail');
}

beforeEach(() => shared().troubles.clear());

describe('a batch', () => {
  it('is a CONSUMER span with a CONSUMER span for each record, linked to its producer', async () => {
    const { lambda, tree, attributes, spans } = recorder();
    expect(await lambda.sqs(async () => 'ignored')(sqsEvent, fakeContext())).toBeUndefined();
    expect(tree()).toEqual([
      'shop SERVER',
      '  process orders CONSUMER',
      `    process orders CONSUMER -> ${XRAY_LINK}`,
      '    process orders CONSUMER -> 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331',
    ]);
    expect(spans()[0]?.attributes).toEqual({
      'messaging.destination.name': 'orders',
      'messaging.message.body.size': 11,
      'messaging.message.id': 'm1',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.system.name': 'aws.sqs',
      'tracelet.record.age_ms': expect.any(Number),
      'tracelet.record.attempt': 2,
    });
    expect(spans()[2]?.attributes).toMatchObject({
      'tracelet.batch.failed_count': 0,
      'tracelet.batch.skipped_count': 0,
    });
    expect(attributes('shop')).toMatchObject({ 'faas.trigger': 'pubsub' });
  });

  it('takes no link from X-Ray where the policy says ignore', async () => {
    const { lambda, tree } = recorder({ parts: { xray: 'ignore' } });
    await lambda.sqs(async () => {})(sqsEvent, fakeContext());
    expect(tree()[2]).toBe('    process orders CONSUMER');
  });

  it('calls the function with the record and its scope', async () => {
    const { lambda } = recorder();
    const seen: unknown[] = [];
    const context = fakeContext();
    const event = messages('m1');
    await lambda.sqs(async (record, scope) => {
      seen.push([record === event.Records[0], scope.record === record, scope.context === context, scope.attempt]);
      expect(scope.ageMs).toBeGreaterThan(0);
    })(event, context);
    expect(seen).toEqual([[true, true, true, 2]]);
  });

  it('without records is done', async () => {
    const { lambda, tree } = recorder();
    expect(await lambda.sqs(async () => {})({ Records: [] }, fakeContext())).toBeUndefined();
    expect(await lambda.sqs({ failures: 'report' }, async () => {})({ Records: [] }, fakeContext())).toEqual({
      batchItemFailures: [],
    });
    expect(tree()).toEqual(['shop SERVER', 'shop SERVER']);
  });

  it.each([null, 'event', {}, { Records: 'many' }, { Records: {} }])('cannot be made of %j', async (event) => {
    const { lambda } = recorder();
    const error = await errorOf(
      invoke(
        lambda.kinesis(async () => {}),
        event,
        fakeContext(),
      ),
    );
    expect(error).toBeInstanceOf(TraceletError);
    expect(String(error)).toBe(
      'TraceletError: [not_a_batch] The event is not a batch of kinesis records. Connect the function to kinesis, or wrap it with lambda().',
    );
  });

  it('cannot be made of records that are a revoked Proxy', async () => {
    const { lambda } = recorder();
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(
      await errorOf(
        invoke(
          lambda.sqs(async () => {}),
          { Records: proxy },
          fakeContext(),
        ),
      ),
    ).toMatchObject({
      code: 'not_a_batch',
    });
  });

  it('of records that lack nearly everything is worked through, each trouble said once', async () => {
    const { lambda, tree } = recorder();
    const seen: unknown[] = [];
    const event = { Records: [{ eventSource: 'aws:sqs', eventSourceARN: 'orders', body: 'x' }, null, 7] };
    const handler = lambda.sqs(async (record, { attempt, ageMs }) => void seen.push([record, attempt, ageMs]));
    const lines = await printed(() => invoke(handler, event, fakeContext()));
    expect(seen).toEqual(event.Records.map((record) => [record, 1, 0]));
    expect(tree().slice(2)).toEqual(Array(3).fill('    process CONSUMER'));
    expect(lines).toMatchObject([{ code: 'plan_failed' }, { code: 'record_unreadable' }, { code: 'carrier_failed' }]);
  });
});

describe("failures: 'throw'", () => {
  it('runs every record, then throws one error that names the failed ones, their causes and the remedy', async () => {
    const { lambda, tree, spans } = recorder();
    const error = (await errorOf(
      lambda.sqs(failing('m1', 'm3'))(messages('m1', 'm2', 'm3'), fakeContext()),
    )) as BatchError;
    expect(error).toBeInstanceOf(BatchError);
    expect(error.message).toBe(
      `[batch_failed] 2 of 3 sqs records failed (m1, m3); the first with TypeError: m1 is bad. ${REMEDY}`,
    );
    expect(error.failedIds).toEqual(['m1', 'm3']);
    expect(error.errors.map(String)).toEqual(['TypeError: m1 is bad', 'TypeError: m3 is bad']);
    expect(error.cause).toBe(error.errors[0]);
    const failed = (message: string) => `ERROR(${message}) exception(BatchError: ${message})`;
    expect(tree()).toEqual([
      `shop SERVER ${failed(error.message)}`,
      `  process orders CONSUMER ${failed(error.message)}`,
      '    process orders CONSUMER ERROR(m1 is bad) exception(TypeError: m1 is bad)',
      '    process orders CONSUMER',
      '    process orders CONSUMER ERROR(m3 is bad) exception(TypeError: m3 is bad)',
    ]);
    expect(spans()[3]?.attributes).toMatchObject({
      'tracelet.batch.failed_count': 2,
      'tracelet.batch.skipped_count': 0,
    });
  });

  it('names ten records and counts the others', async () => {
    const { lambda } = recorder();
    const ids = Array.from({ length: 12 }, (_, index) => `m${index}`);
    const error = await errorOf(lambda.sqs(() => Promise.reject(null))(messages(...ids), fakeContext()));
    expect((error as Error).message).toBe(
      `[batch_failed] 12 of 12 sqs records failed (m0, m1, m2, m3, m4, m5, m6, m7, m8, m9 and 2 more); the first with null: null. ${REMEDY}`,
    );
  });

  it('keeps the error of each record by identity, also when its id cannot be read', async () => {
    const { lambda } = recorder();
    const event = { Records: [{ eventSource: 'aws:kinesis' }] };
    const lines = await printed(async () => {
      const error = await errorOf(
        invoke(
          lambda.kinesis(() => Promise.reject(boom)),
          event,
          fakeContext(),
        ),
      );
      expect(error).toMatchObject({ code: 'batch_failed', failedIds: [''], cause: boom });
    });
    expect(lines).toMatchObject([{ code: 'plan_failed' }, { code: 'record_unreadable' }]);
  });
});

describe("failures: 'report'", () => {
  it('names the failed records and ends the invocation well', async () => {
    const { lambda, tree } = recorder();
    const handler = lambda.sqs({ failures: 'report' }, failing('m2'));
    expect(await handler(messages('m1', 'm2', 'm3'), fakeContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm2' }],
    });
    expect(tree().map((line) => line.includes('ERROR'))).toEqual([false, false, false, true, false]);
  });

  it('throws when every record failed, so that the error count of the function shows it', async () => {
    const { lambda } = recorder();
    const handler = lambda.sqs({ failures: 'report' }, failing('m1', 'm2'));
    expect(await errorOf(handler(messages('m1', 'm2'), fakeContext()))).toMatchObject({ failedIds: ['m1', 'm2'] });
  });

  it('reports also when every record failed, when asked to', async () => {
    const { lambda } = recorder();
    const handler = lambda.sqs({ failures: 'report', onAllFailed: 'report' }, failing('m1'));
    expect(await handler(messages('m1'), fakeContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  });

  it('throws when a failed record has no id that could be reported', async () => {
    const { lambda } = recorder();
    const good = kinesisRecord('1');
    const event = { Records: [good, { ...good, kinesis: undefined }] };
    const handler = lambda.kinesis({ failures: 'report' }, ({ kinesis }) => kinesis.data);
    await printed(async () => {
      expect(await errorOf(invoke(handler, event, fakeContext()))).toMatchObject({ failedIds: [''] });
    });
  });

  it('can be set per process, and says once when the source has no partial responses', async () => {
    const { lambda } = recorder({ settings: { batch: { failures: 'report' } } });
    const topic = defineBatchTrigger<{ list: readonly string[] }, string, void>({
      id: 'topic',
      kind: 'pubsub',
      matches: () => true,
      plan: () => ({ attributes: {} }),
      records: { list: ({ list }) => list, id: (record) => record },
    });
    const handler = lambda.records(topic)((record) => (record === 'b' ? Promise.reject(boom) : undefined));
    const lines = await printed(async () => {
      expect(await errorOf(handler({ list: ['a', 'b'] }, fakeContext()))).toMatchObject({ failedIds: ['b'] });
      expect(await handler({ list: ['a'] }, fakeContext())).toBeUndefined();
    });
    expect(lines).toEqual([
      {
        level: 'WARN',
        message: 'tracelet: topic has no partial responses',
        code: 'no_partial_response',
        remedy: "Use failures: 'throw' for this source.",
      },
    ]);
  });

  it('says once that what a record function answers is ignored', async () => {
    const { lambda } = recorder();
    const answers: unknown[] = [{ batchItemFailures: [] }, { batchItemFailures: [] }, 'x', null, {}];
    const handler = lambda.sqs(() => answers.shift());
    answers.push(
      new Proxy(
        {},
        {
          has() {
            throw boom;
          },
        },
      ),
    );
    const lines = await printed(() => handler(messages('1', '2', '3', '4', '5', '6'), fakeContext()));
    expect(lines).toMatchObject([
      { code: 'record_returned_response' },
      {
        code: 'result_unreadable',
        message: 'tracelet: Reading a result failed with TypeError: boom',
      },
    ]);
  });
});

describe('parse', () => {
  it('gives the function its payload, and keeps the raw record in the scope', async () => {
    const { lambda } = recorder();
    const seen: unknown[] = [];
    const handler = lambda.sqs({ parse: ({ messageId: id }) => ({ id }) }, (payload, { record }) => {
      seen.push(payload.id, record.messageId);
    });
    await handler(messages('m1'), fakeContext());
    expect(seen).toEqual(['m1', 'm1']);
  });

  it.each([
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom)],
  ])('fails its own record when it %s; the others go on', async (_how, fail) => {
    const { lambda, tree } = recorder();
    const seen: unknown[] = [];
    const parse = ({ messageId }: { messageId: string }) => (messageId === 'm1' ? fail() : messageId);
    const handler = lambda.sqs({ parse, failures: 'report' }, (payload) => void seen.push(payload));
    expect(await handler(messages('m1', 'm2'), fakeContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm1' }],
    });
    expect(seen).toEqual(['m2']);
    expect(tree()[2]).toBe('    process orders CONSUMER ERROR(boom) exception(TypeError: boom)');
  });
});
