import { channel } from 'node:diagnostics_channel';
import { beforeEach, expect, it } from 'vitest';
import { type Channels, subscribe } from './channels.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');
const NAMES = ['tracelet:invocation', 'tracelet:record', 'tracelet:flush'] as const;

beforeEach(() => shared().troubles.clear());

const work = () => {
  const { lambda } = recorder();
  return lambda.sqs({ failures: 'report', concurrency: 1 }, ({ messageId }) => {
    if (messageId === 'm2') throw boom;
  })(sqsEvent, fakeContext({ awsRequestId: 'r1' }));
};

it('publishes the end of each record, invocation and flush, while somebody listens', async () => {
  const seen: unknown[] = [];
  const ends = NAMES.map((name) => subscribe(name, (message: Channels[keyof Channels]) => seen.push([name, message])));
  await work();
  for (const end of ends) end();
  await work();
  const durationMs = expect.any(Number);
  expect(seen).toEqual([
    ['tracelet:record', { trigger: 'sqs', recordId: 'm1', durationMs, outcome: { fault: false } }],
    [
      'tracelet:record',
      {
        trigger: 'sqs',
        recordId: 'm2',
        durationMs,
        outcome: { fault: true, errorType: 'TypeError', message: 'boom', error: boom },
      },
    ],
    [
      'tracelet:invocation',
      { trigger: 'sqs', requestId: 'r1', coldStart: true, durationMs, outcome: { fault: false } },
    ],
    ['tracelet:flush', { durationMs }],
  ]);
  expect(NAMES.map((name) => channel(name).hasSubscribers)).toEqual([false, false, false]);
});

it('publishes a record without id where none can be read, or no trigger knows one', async () => {
  const ids: string[] = [];
  const end = subscribe('tracelet:record', ({ recordId }) => ids.push(recordId));
  const { lambda } = recorder();
  const each = lambda.record((record) => record);
  const lines = await printed(async () => {
    await lambda(async () => each('apple'))('e', fakeContext());
    await lambda(async () => each(null))(sqsEvent, fakeContext());
  });
  end();
  expect(ids).toEqual(['', '']);
  expect(lines).toMatchObject([{ code: 'record_unreadable' }, { code: 'carrier_failed' }]);
});

it.each([
  [
    'throws',
    () => {
      throw boom;
    },
  ],
  ['rejects', () => Promise.reject(boom)],
])('contains a listener that %s, and says so once', async (_what, listener) => {
  const ends = NAMES.map((name) => subscribe(name, listener));
  const lines = await printed(async () => {
    expect(await work()).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    await new Promise((resolve) => setImmediate(resolve));
  });
  for (const end of ends) end();
  expect(lines).toMatchObject([
    { code: 'subscriber_failed', message: 'tracelet: A subscriber of tracelet:record failed with TypeError: boom' },
  ]);
});
