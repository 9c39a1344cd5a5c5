import { propagation } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { mergeSettings, type Settings } from './preset.ts';
import { carriersOf } from './producer.ts';
import { isSameSecret } from './same-secret.ts';
import type { ChainRule, DropRule } from './sampling-settings.ts';
import { currentFrame, shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';
import { snsBody } from './triggers/queues.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

beforeEach(() => shared().troubles.clear());

const fail = (): never => {
  throw new Error('boom');
};

it('is nothing while tracelet is switched off', async () => {
  const { lambda } = recorder({ parts: { enabled: false }, settings: { sampling: { ratio: 0 } } });
  await lambda.sqs(async () => {
    expect(currentFrame()?.invocation.sampling).toBeUndefined();
  })(sqsEvent, fakeContext());
});

it('says once that a foreign provider has a sampler of its own', async () => {
  const host = { version: 1 as const, start: () => undefined, inject: () => ({}), say: () => {} };
  const { lambda } = recorder({ parts: { host }, settings: { sampling: { ratio: 0 } } });
  const handler = lambda(async () => {});
  const lines = await printed(async () => {
    await handler('e', fakeContext());
    await handler('e', fakeContext());
  });
  expect(lines).toEqual([
    {
      level: 'WARN',
      code: 'foreign_sampling',
      message: 'tracelet: the setting sampling does nothing: the tracer provider is not the built-in one',
      remedy: "Set that provider's own sampler.",
    },
  ]);
});

describe('settings of several layers', () => {
  const drop = (trigger: string): DropRule => ({ trigger });
  const rule = (): ChainRule => (place) => place;

  it('are merged by key; rules to drop add up', () => {
    const [debug, loopGuard, other] = [rule(), rule(), rule()];
    const company: Settings = {
      sampling: { ratio: 0.1, keep: { faults: true, slowerThanMs: 100 }, drop: [drop('a')], debug },
      loopGuard,
    };
    const own: Settings = { sampling: { ratio: undefined, keep: { slowerThanMs: 5 }, drop: [drop('b')] } };
    const merged = mergeSettings(company, undefined, own, {}, { sampling: undefined });
    expect(merged).toMatchObject({
      sampling: {
        ratio: 0.1,
        keep: { faults: true, slowerThanMs: 5 },
        drop: [drop('b'), drop('a')],
      },
    });
    expect([merged.sampling?.debug === debug, merged.loopGuard === loopGuard]).toEqual([true, true]);
    expect(mergeSettings(company, { loopGuard: other }).loopGuard).toBe(other);
    expect(mergeSettings({ sampling: { ratio: 0 } }, { sampling: { logs: 'all' } }).sampling).toEqual({
      ratio: 0,
      logs: 'all',
      keep: undefined,
      drop: [],
    });
  });
});

describe('a rule of the chain', () => {
  const withBaggage = (key: string): ChainRule => {
    return ({ parent }) => {
      const baggage = propagation.getBaggage(parent) ?? propagation.createBaggage();
      return {
        parent: propagation.setBaggage(parent, baggage.setEntry(key, { value: 'x' })),
        isForced: key === 'debug',
        attributes: { key },
        begun: () => void begun.push(key),
      };
    };
  };
  const begun: string[] = [];

  it('says what is passed on and what the span says, and may ask for everything', async () => {
    const settings = {
      sampling: { drop: [{ matches: () => true }], debug: withBaggage('debug') },
      loopGuard: withBaggage('loop'),
    };
    const { lambda, attributes } = recorder({ settings });
    begun.length = 0;
    await lambda(async () => {
      const passed = propagation
        .getActiveBaggage()
        ?.getAllEntries()
        .map(([key]) => key);
      expect([passed, currentFrame()?.invocation.sampling?.verdict]).toEqual([['debug', 'loop'], true]);
    })('e', fakeContext());
    expect([attributes('shop'), begun]).toEqual([expect.objectContaining({ key: 'loop' }), ['debug']]);
  });

  it('that throws is left out, and that is said', async () => {
    const later: ChainRule = ({ parent }) => ({ parent, begun: fail });
    for (const settings of [{ loopGuard: fail }, { sampling: { debug: fail } }, { sampling: { debug: later } }]) {
      shared().troubles.clear();
      const { lambda } = recorder({ settings });
      const lines = await printed(async () =>
        expect(await lambda(async () => 'done')('e', fakeContext())).toBe('done'),
      );
      expect(lines).toMatchObject([{ code: 'chain_failed' }]);
    }
  });

  it('finds what a record carries, from the outside in', () => {
    const records = { carrier: () => ({ traceparent: 'outer' }), payload: () => snsBody(inner) };
    const inner = { MessageAttributes: { traceparent: { Type: 'String', Value: TRACEPARENT } } };
    const found = carriersOf(records, {});
    expect([found.length, found[0], found[1]?.traceparent]).toEqual([2, { traceparent: 'outer' }, TRACEPARENT]);
    expect(carriersOf({}, {})).toEqual([]);
  });
});

it('tells secrets apart by their whole', () => {
  const secret = 'a-secret';
  expect(['a-secret', '', 'a-secretx'].map((given) => isSameSecret(given, secret))).toEqual([true, false, false]);
});
