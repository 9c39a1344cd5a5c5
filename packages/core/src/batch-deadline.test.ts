import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BatchError } from './errors.ts';
import type { BatchSettings } from './preset.ts';
import { shared } from './shared.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { fifoRecord, kinesisRecord, sqsRecord } from './triggers/batch.fixture.ts';

beforeEach(() => {
  shared().troubles.clear();
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => void vi.useRealTimers());

const remaining = (ms: number): ReturnType<typeof fakeContext> => fakeContext({ getRemainingTimeInMillis: () => ms });

const ids = ['m1', 'm2', 'm3', 'm4'];
const messages = { Records: ids.map((id) => sqsRecord(id)) };
const reporting = (...named: readonly string[]): object => ({
  batchItemFailures: named.map((itemIdentifier) => ({ itemIdentifier })),
});

/** Runs four messages one by one, each of which takes 1,000 ms of the 3,050 that there are. */
async function play(settings: BatchSettings, fails?: string) {
  const { lambda, spans } = recorder();
  const seen: string[] = [];
  const handler = lambda.sqs({ concurrency: 1, ...settings }, async ({ messageId }) => {
    seen.push(messageId);
    vi.setSystemTime(Date.now() + 1000);
    if (messageId === fails) throw new Error('bad');
  });
  const outcome = await settled(handler(messages, remaining(3050)));
  const batch = spans().find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  const count = (name: string): unknown => batch?.attributes[`tracelet.batch.${name}_count`];
  return { seen, outcome, counts: [count('failed'), count('skipped')] };
}

describe('a record that would start in the last 100 ms', () => {
  it('is left alone and reported, because nobody processed it', async () => {
    expect(await play({ failures: 'report' })).toEqual({
      seen: ['m1', 'm2', 'm3'],
      outcome: { value: reporting('m4') },
      counts: [0, 1],
    });
  });

  it('makes the whole batch come again where failures are thrown, and the error says why', async () => {
    const { outcome, ...rest } = await play({});
    expect(rest).toEqual({ seen: ['m1', 'm2', 'm3'], counts: [0, 1] });
    const { error } = outcome as { error: BatchError };
    expect([error.failedIds, error.errors, error.cause]).toEqual([[], [], undefined]);
    expect(error.message).toBe(
      '[batch_failed] Some of the 4 sqs records were not started: Lambda was about to end the invocation. The whole ' +
        'batch is retried. To retry these alone, set ReportBatchItemFailures on the event source mapping and ' +
        "failures: 'report'.",
    );
  });

  it('is said after those that failed', async () => {
    const { outcome } = await play({}, 'm2');
    expect((outcome as { error: BatchError }).error.message).toMatch(
      /^\[batch_failed\] 1 of 4 sqs records failed \(m2\); the first with Error: bad\. Some of the 4 sqs records were not started: /,
    );
    expect((await play({ failures: 'report' }, 'm2')).outcome).toEqual({ value: reporting('m2', 'm4') });
  });

  it('is started all the same on request', async () => {
    expect(await play({ failures: 'report', skipOnDeadline: false })).toEqual({
      seen: ids,
      outcome: { value: reporting() },
      counts: [0, 0],
    });
  });
});

it('reports a batch of which nothing was started, which is no failure of the function', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda.sqs({ failures: 'report' }, () => expect.fail('there is no time'));
  expect(await handler(messages, remaining(100))).toEqual(reporting(...ids));
  expect(tree()).toEqual(['shop SERVER', '  process orders CONSUMER']);
});

it('names the first record of a shard that was not started, and all the rest of a message group', async () => {
  const { lambda } = recorder();
  const late = (): void => void vi.setSystemTime(Date.now() + 2950);
  const stream = lambda.kinesis({ failures: 'report' }, late);
  const Records = ['1', '2', '3'].map((id) => kinesisRecord(id));
  expect(await stream({ Records }, remaining(3000))).toEqual(reporting('2'));
  const queue = lambda.sqs({ failures: 'report' }, late);
  const grouped = ['a1', 'b1', 'a2', 'b2'].map((id) => fifoRecord(id, id.charAt(0)));
  expect(await queue({ Records: grouped }, remaining(3000))).toEqual(reporting('b1', 'a2', 'b2'));
});

it('knows no deadline where the context does not say one', async () => {
  const { lambda } = recorder();
  const seen: string[] = [];
  const handler = lambda.sqs(({ messageId }) => {
    seen.push(messageId);
    vi.setSystemTime(Date.now() + 3_600_000);
  });
  await handler(messages, fakeContext({ getRemainingTimeInMillis: undefined }));
  expect(seen).toEqual(ids);
});
