import { propagation } from '@opentelemetry/api';
import { currentFrame, shared } from '@tracelet/core';
import { debugLogs } from '@tracelet/logger/debug-logs';
import { events, type HarnessOptions, harness } from '@tracelet/testing';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { debugOnDemand, loopGuard } from './chain.ts';
import { type ChainRule, defineBatchTrigger, defineLambda, log, type Settings } from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

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

async function seen(settings: Settings, event: unknown, trustRemote?: HarnessOptions['trustRemote']): Promise<Seen> {
  let isForced = false;
  let baggage: Record<string, string> = {};
  const handler = defineLambda(settings)(async () => {
    isForced = currentFrame()?.invocation.sampling?.verdict === true;
    const entries = propagation.getActiveBaggage()?.getAllEntries() ?? [];
    baggage = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  });
  const { spans } = await harness({ trustRemote }).run(handler, event);
  const { attributes = {} } = spans.spans.find(({ kind }) => kind === 'SERVER') ?? {};
  const own = Object.entries(attributes).filter(([key]) => key.startsWith('tracelet.loop'));
  return { isForced, baggage, attributes: Object.fromEntries(own) };
}

/** The lines that tracelet prints itself. */
async function printed(fn: () => Promise<unknown>): Promise<readonly Record<string, unknown>[]> {
  const lines: Record<string, unknown>[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
  await fn().finally(() => spy.mockRestore());
  return lines.map(({ timestamp, ...rest }) => rest);
}

const carried = (baggage: string) => ({ messageAttributes: { baggage }, traceparent: TRACEPARENT });
const bus = (baggage: string): unknown => events.eventBridge({ detail: { baggage }, traceparent: TRACEPARENT });
const http = (baggage: string): unknown =>
  events.apiGatewayHttp({ route: '/pets', headers: { baggage }, traceparent: TRACEPARENT });
const sqs = (...baggages: readonly string[]): unknown => events.sqs(baggages.map(carried));

const RIGHT = `tracelet.debug=${TOKEN},tenant=acme`;
const WRONG = 'tracelet.debug=a-guess-of-sixteen-characters,tenant=acme';

describe('debugging on demand', () => {
  const debug: Settings = { sampling: { debug: debugOnDemand({ token: TOKEN }) } };
  const honoured: Seen = { isForced: true, baggage: { 'tracelet.debug': TOKEN, tenant: 'acme' }, attributes: {} };
  const refused: Seen = { isForced: false, baggage: { tenant: 'acme' }, attributes: {} };

  it.each<[string, unknown]>([
    ['an event', bus(RIGHT)],
    ['a message of a topic', events.sns(carried(RIGHT))],
  ])('is honoured in %s, and passed on', async (_, event) => {
    expect(await seen(debug, event)).toEqual(honoured);
  });

  it.each<[string, unknown]>([
    ['one message of a batch', sqs('tenant=acme', RIGHT)],
    ['a message inside a message', events.snsInSqs([carried(RIGHT)])],
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
    const trusting: Settings = { sampling: { debug: debugOnDemand({ token: TOKEN, trustHttp: true }) } };
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

  it('leaves the entry alone where nobody may ask', async () => {
    const { baggage, isForced } = await seen({ sampling: { ratio: 1 } }, bus(RIGHT));
    expect([baggage['tracelet.debug'], isForced]).toEqual([TOKEN, false]);
  });

  it('comes before rules to drop', async () => {
    const both: Settings = { sampling: { debug: debugOnDemand({ token: TOKEN }), drop: [{ trigger: 'eventbridge' }] } };
    expect((await seen(both, bus(RIGHT))).isForced).toBe(true);
  });

  it('writes all lines of the invocation, and of no other', async () => {
    const handler = defineLambda(debug)(async () => {
      log.debug('detail');
      log.info('done');
    });
    for (let times = 0; times < 2; times += 1) {
      const [asked, other] = await Promise.all([
        harness().run(handler, bus(RIGHT)),
        harness().run(handler, bus(WRONG)),
      ]);
      expect([asked, other].map(({ logs }) => logs.map(({ message }) => message))).toEqual([
        ['detail', 'done'],
        ['done'],
      ]);
    }
  });

  it('opens the log gate that is there', async () => {
    const handler = defineLambda({ ...debug, plugins: [debugLogs()] })(async () => log.debug('detail'));
    for (const baggage of [RIGHT, WRONG, RIGHT]) {
      const { logs } = await harness().run(handler, bus(baggage));
      expect(logs.map(({ message }) => message)).toEqual(baggage === RIGHT ? ['detail'] : []);
    }
    const released: unknown[] = [];
    shared().logGate = { admit: (_, allowed) => allowed, release: (info) => void released.push(info) };
    await harness().run(handler, bus(RIGHT));
    shared().logGate?.release();
    expect([released.length, released.at(-1)]).toEqual([2, undefined]);
  });

  it('asks for a token that cannot be guessed', async () => {
    const message =
      '[bad_setting] debugOnDemand: the option token is not usable: it has to be a text of 16 characters or more.';
    for (const token of ['short', '', undefined, 7]) {
      expect(() => debugOnDemand({ token } as never)).toThrow(message);
    }
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
    let rule: ChainRule | undefined;
    const lines = await printed(async () => {
      rule = debugOnDemand({ token: 'short' });
    });
    vi.unstubAllEnvs();
    expect(lines).toMatchObject([{ code: 'bad_setting:debugOnDemand', level: 'ERROR' }]);
    expect((await seen({ sampling: { debug: rule } }, bus('tracelet.debug=short'))).isForced).toBe(false);
  });
});

describe('the loop guard', () => {
  const loop: Settings = { loopGuard: loopGuard({ maxHops: 3 }) };
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
    [{}, 1],
  ])('counts %#', async (event, count) => {
    const { attributes, baggage } = await seen(loop, event);
    expect([attributes, baggage['tracelet.hops']]).toEqual([{ 'tracelet.loop.hop_count': count }, `${count}`]);
  });

  it('flags the span beyond, says so once, and changes no result', async () => {
    const lines = await printed(async () => {
      const { attributes, baggage } = await seen(loop, bus(hops(3)));
      expect(attributes).toEqual({ 'tracelet.loop.hop_count': 4, 'tracelet.loop.suspected': true });
      expect(baggage['tracelet.hops']).toBe('4');
      expect(
        await harness().run(
          defineLambda(loop)(async () => 'done'),
          bus(hops(9998)),
        ),
      ).toMatchObject({ result: 'done' });
    });
    expect(lines).toEqual([
      {
        level: 'WARN',
        code: 'loop_suspected',
        message: 'tracelet: 4 invocations followed one another',
        remedy: 'Look at the trace for what calls itself, or raise the maxHops of loopGuard().',
      },
    ]);
  });

  it('believes HTTP callers only where the preset says so', async () => {
    const { attributes } = await seen({ loopGuard: loopGuard({ maxHops: 9, trustHttp: true }) }, http(hops(2)));
    expect(attributes).toEqual({ 'tracelet.loop.hop_count': 3 });
  });

  it('counts nothing unless it is asked for', async () => {
    expect(await seen({}, bus(hops(7)))).toEqual({
      attributes: {},
      baggage: { 'tracelet.hops': '7' },
      isForced: false,
    });
  });

  it('asks for a number', async () => {
    for (const maxHops of [0, -1, 1.5, Number.NaN, '20', undefined]) {
      expect(() => loopGuard({ maxHops } as never)).toThrow(
        'loopGuard: the option maxHops is not usable: it has to be a whole',
      );
    }
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
    let rule: ChainRule | undefined;
    const lines = await printed(async () => {
      rule = loopGuard({ maxHops: 0 });
    });
    vi.unstubAllEnvs();
    expect(lines).toMatchObject([{ code: 'bad_setting:loopGuard', level: 'ERROR' }]);
    expect((await seen({ loopGuard: rule }, bus(hops(7)))).attributes).toEqual({ 'tracelet.loop.hop_count': 8 });
  });
});

it('goes on without what baggage says when that cannot be read', async () => {
  const trigger = defineBatchTrigger({
    id: 'own',
    kind: 'other',
    matches: () => true,
    plan: () => ({ attributes: {} }),
    records: {
      list: () => [{}],
      id: () => '',
      carrier: () => {
        throw new Error('boom');
      },
    },
  });
  const handler = defineLambda({ loopGuard: loopGuard({ maxHops: 3 }), triggers: [trigger] })(async () => 'done');
  const lines = await printed(async () => expect(await harness().run(handler, {})).toMatchObject({ result: 'done' }));
  expect(lines).toContainEqual(expect.objectContaining({ code: 'chain_failed' }));
});

it('never lets baggage of any kind change a result, or force anything without the token', async () => {
  const settings: Settings = {
    sampling: { debug: debugOnDemand({ token: TOKEN, trustHttp: true }) },
    loopGuard: loopGuard({ maxHops: 20_000 }),
  };
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
