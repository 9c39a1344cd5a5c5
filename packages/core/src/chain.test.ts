import { propagation } from '@opentelemetry/api';
import type { SQSEvent } from 'aws-lambda';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from './preset.ts';
import { isSameSecret } from './same-secret.ts';
import { currentFrame, shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, type Recorder, recorder } from './tracing.fixture.ts';
import { sqsRecord } from './triggers/batch.fixture.ts';
import { restEvent } from './triggers/http.fixture.ts';
import { busEvent, snsBody, snsEvent } from './triggers/queues.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';
import type { TrustRemote } from './trust-remote.ts';

const TOKEN = 'a-secret-of-sixteen-characters';

beforeEach(() => {
  shared().troubles.clear();
  shared().logGate = undefined;
});

interface Seen {
  readonly isForced: boolean;
  /** What those that are called would be sent. */
  readonly baggage: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

async function seen(settings: Settings, event: unknown, trustRemote: TrustRemote = 'parent'): Promise<Seen> {
  const { lambda, spans } = recorder({ settings, parts: { trustRemote } });
  let isForced = false;
  let baggage: Record<string, string> = {};
  const handler = lambda(async () => {
    isForced = currentFrame()?.invocation.sampling?.verdict === true;
    const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
    baggage = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  });
  await invoke(handler, event, fakeContext());
  const { attributes = {} } = spans().findLast(({ kind }) => kind === 1) ?? {};
  const own = Object.entries(attributes).filter(([key]) => key.startsWith('tracelet.loop'));
  return { isForced, baggage, attributes: Object.fromEntries(own) };
}

const carrier = (baggage: string): object => ({ traceparent: TRACEPARENT, baggage });
const bus = (baggage: string): unknown => busEvent({ detail: carrier(baggage) });
const http = (baggage: string): unknown => ({ ...restEvent, headers: carrier(baggage), multiValueHeaders: null });
const text = (stringValue: string): object => ({ dataType: 'String', stringValue });
const sqs = (...baggages: readonly string[]): SQSEvent => ({
  Records: baggages.map((baggage, index) =>
    sqsRecord(`m${index}`, {
      messageAttributes: { traceparent: text(TRACEPARENT), baggage: text(baggage) } as never,
    }),
  ),
});
const sns = (baggage: string) => ({
  MessageAttributes: {
    baggage: { Type: 'String', Value: baggage },
    traceparent: { Type: 'String', Value: TRACEPARENT },
  },
});

const RIGHT = `tracelet.debug=${TOKEN},tenant=acme`;
const WRONG = 'tracelet.debug=a-guess-of-sixteen-characters,tenant=acme';

describe('debugging on demand', () => {
  const debug: Settings = { sampling: { debug: { token: TOKEN } } };
  const honoured: Seen = { isForced: true, baggage: { 'tracelet.debug': TOKEN, tenant: 'acme' }, attributes: {} };
  const refused: Seen = { isForced: false, baggage: { tenant: 'acme' }, attributes: {} };

  it.each<[string, unknown]>([
    ['an event', bus(RIGHT)],
    ['a message of a topic', snsEvent(sns(RIGHT))],
  ])('is honoured in %s, and passed on', async (_, event) => {
    expect(await seen(debug, event)).toEqual(honoured);
  });

  it.each<[string, unknown]>([
    ['one message of a batch', sqs('tenant=acme', RIGHT)],
    ['a message inside a message', { Records: [sqsRecord('m1', { body: snsBody(sns(RIGHT)) })] }],
  ])('is honoured in %s, and passed on', async (_, event) => {
    const { isForced, baggage } = await seen(debug, event);
    expect([isForced, baggage]).toEqual([true, { 'tracelet.debug': TOKEN }]);
  });

  it('is neither honoured nor passed on with another token', async () => {
    expect(await seen(debug, bus(WRONG))).toEqual(refused);
    expect((await seen(debug, sqs(WRONG))).isForced).toBe(false);
    expect(await seen(debug, bus('tenant=acme'))).toEqual(refused);
  });

  it('is neither honoured nor passed on from an HTTP caller, unless the preset says so', async () => {
    expect(await seen(debug, http(RIGHT))).toEqual(refused);
    const trusting: Settings = { sampling: { debug: { token: TOKEN, trustHttp: true } } };
    expect(await seen(trusting, http(RIGHT))).toEqual(honoured);
    expect(await seen(trusting, http(WRONG))).toEqual(refused);
  });

  it('is not honoured from callers whose context is not trusted', async () => {
    expect(await seen(debug, bus(RIGHT), 'link')).toEqual({ ...refused, baggage: {} });
    expect(await seen(debug, sqs(RIGHT), { pubsub: 'link' })).toEqual({ ...refused, baggage: {} });
  });

  it('looks into the first ten messages of a batch', async () => {
    const others = Array<string>(10).fill('tenant=acme');
    expect((await seen(debug, sqs(...others, RIGHT))).isForced).toBe(false);
    expect((await seen(debug, sqs(...others.slice(1), RIGHT))).isForced).toBe(true);
  });

  it('leaves the entry alone where no token is set', async () => {
    const { baggage, isForced } = await seen({ sampling: { debug: {} } }, bus(RIGHT));
    expect([baggage['tracelet.debug'], isForced]).toEqual([TOKEN, false]);
  });

  it('comes before rules to drop', async () => {
    const both: Settings = { sampling: { debug: { token: TOKEN }, drop: [{ trigger: 'eventbridge' }] } };
    expect((await seen(both, bus(RIGHT))).isForced).toBe(true);
  });

  it('opens the log gate for the invocation, and for no other', async () => {
    const released: unknown[] = [];
    const before = {
      admit: (_: number, allowed: boolean) => allowed,
      release: (of: unknown) => void released.push(of),
    };
    for (const [gate, count] of [
      [before, 2],
      [undefined, 0],
    ] as const) {
      shared().logGate = gate;
      released.length = 0;
      const admitted: unknown[] = [];
      const { lambda } = recorder({ settings: debug });
      const handler = lambda(async () => void admitted.push(shared().logGate?.admit(5, false)));
      for (const baggage of [RIGHT, WRONG, RIGHT]) await invoke(handler, bus(baggage), fakeContext());
      expect(admitted).toEqual([true, false, true]);
      expect(released.length).toBe(count);
      shared().logGate?.release();
      expect(released.length).toBe(count + (gate ? 1 : 0));
    }
  });
});

describe('the loop guard', () => {
  const loop: Settings = { loopGuard: { maxHops: 3 } };
  const hops = (count: unknown): string => `tracelet.hops=${count}`;

  it.each<[unknown, number]>([
    [bus('tenant=acme'), 1],
    [bus(hops(2)), 3],
    [sqs(hops(1), hops(2)), 3],
    [http(hops(2)), 1],
    [bus(hops('nonsense')), 1],
    [bus(hops(-5)), 1],
    [bus(hops('12345')), 1],
    ['e', 1],
  ])('counts %#', async (event, count) => {
    const { attributes, baggage } = await seen(loop, event);
    expect([attributes, baggage['tracelet.hops']]).toEqual([{ 'tracelet.loop.hop_count': count }, `${count}`]);
  });

  it('flags the span beyond, says so once, and changes no result', async () => {
    const lines = await printed(async () => {
      const { attributes, baggage } = await seen(loop, bus(hops(3)));
      expect(attributes).toEqual({ 'tracelet.loop.hop_count': 4, 'tracelet.loop.suspected': true });
      expect(baggage['tracelet.hops']).toBe('4');
      expect(await run(recorder({ settings: loop }), bus(hops(9998)))).toBe('done');
    });
    expect(lines).toEqual([
      {
        level: 'WARN',
        code: 'loop_suspected',
        message: 'tracelet: 4 invocations followed one another',
        remedy: 'Look at the trace for what calls itself, or raise loopGuard.maxHops.',
      },
    ]);
  });

  it('believes HTTP callers only where the preset says so', async () => {
    const { attributes } = await seen({ loopGuard: { maxHops: 9, trustHttp: true } }, http(hops(2)));
    expect(attributes).toEqual({ 'tracelet.loop.hop_count': 3 });
  });

  it('counts nothing without a number', async () => {
    const plain = { attributes: {}, baggage: { 'tracelet.hops': '7' }, isForced: false };
    expect(await seen({ loopGuard: {} }, bus(hops(7)))).toEqual(plain);
    expect(await seen({}, bus(hops(7)))).toEqual(plain);
  });
});

it('goes on without what baggage says when that cannot be read', async () => {
  const records = { list: () => [{}], id: () => '', carrier: () => fail() };
  const trigger = { id: 'own', kind: 'other' as const, matches: () => true, plan: () => ({ attributes: {} }), records };
  const settings: Settings = { loopGuard: { maxHops: 3 }, sampling: { ratio: 1 }, triggers: [trigger] };
  const lines = await printed(async () => expect(await run(recorder({ settings }), {})).toBe('done'));
  expect(lines).toContainEqual(expect.objectContaining({ code: 'baggage_failed' }));
});

it('never lets baggage of any kind change a result, or force anything without the token', async () => {
  const settings: Settings = { sampling: { debug: { token: TOKEN, trustHttp: true } }, loopGuard: { maxHops: 3 } };
  const part = fc.constantFrom('tracelet.debug', 'tracelet.hops', '=', ',', ';', '9', '%', TOKEN.slice(1), 'x', ' ');
  const baggage = fc.oneof(
    fc.string(),
    fc.array(part).map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(baggage, fc.constantFrom(bus, http, sqs), async (given, eventOf) => {
      fc.pre(!given.includes(TOKEN));
      const { attributes, isForced } = await seen(settings, eventOf(given));
      expect(isForced).toBe(false);
      expect(attributes['tracelet.loop.hop_count']).toBeLessThanOrEqual(10_000);
    }),
    { numRuns: 300 },
  );
});

it('tells secrets apart by their whole', () => {
  expect([isSameSecret(TOKEN, TOKEN), isSameSecret('', TOKEN), isSameSecret(`${TOKEN}x`, TOKEN)]).toEqual([
    true,
    false,
    false,
  ]);
});

const fail = (): never => {
  throw new Error('boom');
};

function run({ lambda }: Recorder, event: unknown): unknown {
  return invoke(
    lambda(async () => 'done'),
    event,
    fakeContext(),
  );
}
