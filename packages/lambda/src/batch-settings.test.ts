import { type BatchSettings, type Lambda, type RecordScope, shared } from '@tracelet/core';
import { events, fakeContext, harness } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineLambda, lambda, type Preset } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});
afterEach(() => vi.unstubAllEnvs());

const PRODUCER = '4bf92f3577b34da6a3ce929d0e0e4736';
const event = events.sqs([
  { body: 'order', group: 'customer-7', receiveCount: 3, traceparent: `00-${PRODUCER}-00f067aa0ba902b7-01` },
]);

/** What one message comes to with these options. */
interface Seen {
  readonly processed: boolean;
  readonly isLastAttempt: boolean | undefined;
  /** The attributes of the message's span; `undefined` when it has none. */
  readonly key: unknown;
  readonly traced: boolean;
  readonly inProducersTrace: boolean;
  readonly reported: readonly string[] | undefined;
}

async function play(wrapper: Lambda, options: BatchSettings, remainingMs: number): Promise<Seen> {
  let given: RecordScope<unknown> | undefined;
  const handler = wrapper.sqs(options, (_record, scope) => {
    given = scope;
  });
  const { batchItemFailures, spans } = await harness().run(handler, event, { context: fakeContext({ remainingMs }) });
  const record = spans.spans.find(({ attributes }) => 'messaging.message.id' in attributes);
  return {
    processed: given !== undefined,
    isLastAttempt: given?.isLastAttempt,
    key: record?.attributes['tracelet.record.key'],
    traced: record !== undefined,
    inProducersTrace: record?.traceId === PRODUCER,
    reported: batchItemFailures,
  };
}

interface Case {
  readonly setting: string;
  readonly preset: BatchSettings;
  readonly code: BatchSettings;
  readonly remainingMs: number;
  readonly member: keyof Seen;
  /** What is seen by the preset's value, and by that of code. */
  readonly sees: readonly [preset: unknown, code: unknown];
}

const cases: readonly Case[] = [
  {
    setting: 'maxReceiveCount',
    preset: { maxReceiveCount: 3 },
    code: { maxReceiveCount: 4 },
    remainingMs: 3000,
    member: 'isLastAttempt',
    sees: [true, false],
  },
  {
    setting: 'messageKeys',
    preset: { messageKeys: 'omit' },
    code: { messageKeys: 'plain' },
    remainingMs: 3000,
    member: 'key',
    sees: [undefined, 'customer-7'],
  },
  {
    setting: 'linkProducer',
    preset: { linkProducer: 'parent' },
    code: { linkProducer: 'link' },
    remainingMs: 3000,
    member: 'inProducersTrace',
    sees: [true, false],
  },
  {
    setting: 'slowRecordMs',
    preset: { slowRecordMs: 0, maxRecordSpans: 0 },
    code: { slowRecordMs: 60_000, maxRecordSpans: 0 },
    remainingMs: 3000,
    member: 'traced',
    sees: [true, false],
  },
  {
    setting: 'skipOnDeadline',
    preset: { skipOnDeadline: false },
    code: { skipOnDeadline: true },
    remainingMs: 50,
    member: 'processed',
    sees: [true, false],
  },
];

describe.each(cases)('$setting', ({ preset, code, remainingMs, member, sees }) => {
  const seen = async (wrapper: Lambda, options: BatchSettings = {}): Promise<unknown> =>
    (await play(wrapper, options, remainingMs))[member];

  it('of a preset holds for every function, until code says otherwise', async () => {
    const company = defineLambda({ batch: preset });
    expect(await seen(company)).toBe(sees[0]);
    expect(await seen(company.with({ attributes: { team: 'shop' } }))).toBe(sees[0]);
    expect(await seen(company.with({ batch: code }))).toBe(sees[1]);
    expect(await seen(company, code)).toBe(sees[1]);
    expect(await seen(company.with({ batch: preset }), code)).toBe(sees[1]);
  });

  it('that is enforced cannot be weakened', async () => {
    const company = defineLambda({ enforce: { batch: preset } });
    expect(await seen(company.with({ batch: code }))).toBe(sees[0]);
    expect(await seen(company.with({ batch: code }), code)).toBe(sees[0]);
  });

  it('says nothing where it is undefined', async () => {
    const nothing = Object.fromEntries(Object.keys(preset).map((key) => [key, undefined]));
    expect(await seen(defineLambda({ batch: preset, enforce: { batch: nothing } }), nothing)).toBe(sees[0]);
  });
});

it('goes together with what the environment says', async () => {
  vi.stubEnv('TRACELET_BATCH_FAILURES', 'report');
  const company = defineLambda({ batch: { failures: 'throw', skipOnDeadline: true }, enforce: { batch: {} } });
  expect(await play(company, { failures: 'throw' }, 50)).toMatchObject({
    processed: false,
    reported: [event.Records[0]?.messageId],
  });
});

it.each([
  [{ slowRecordMs: -1 }, 'slowRecordMs', 'a whole number from 0 on, or Infinity'],
  [{ linkProducer: 'child' }, 'linkProducer', 'one of link, parent'],
  [{ skipOnDeadline: 'no' }, 'skipOnDeadline', 'true or false'],
  [{ messageKeys: true }, 'messageKeys', 'one of hash, plain, omit'],
  [{ maxReceiveCount: 0 }, 'maxReceiveCount', 'a whole number from 1 on, or Infinity'],
])('refuses %j wherever it is said', (batch, setting, remedy) => {
  const wrong = batch as unknown as BatchSettings;
  const says = (path: string): string => `the setting ${path}${setting} is not usable: it has to be ${remedy}.`;
  expect(() => defineLambda({ batch: wrong } as Preset)).toThrow(`defineLambda: ${says('batch.')}`);
  expect(() => defineLambda({ enforce: { batch: wrong } })).toThrow(`defineLambda: ${says('enforce.batch.')}`);
  expect(() => lambda.with({ batch: wrong })).toThrow(`lambda.with: ${says('batch.')}`);
  expect(() => lambda.kafka(wrong, () => {})).toThrow(`The batch wrapper of kafka: ${says('')}`);
});

it('refuses an idempotencyKey that is no function', () => {
  expect(() => lambda.sqs({ idempotencyKey: 'id' as never }, () => {})).toThrow(
    'the setting idempotencyKey is not usable: it has to be a function.',
  );
});
