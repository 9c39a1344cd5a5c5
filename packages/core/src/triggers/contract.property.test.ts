import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { defaultSettings } from '../preset.ts';
import { recognise } from '../recognise.ts';
import { scope } from '../scope.ts';
import { fakeContext, invoke, recorder, settled } from '../tracing.fixture.ts';
import { fixtures } from './all.fixture.ts';
import { builtInTriggers } from './index.ts';

const RUNS = 2000;

const fail = (): never => {
  throw new Error('hostile');
};

/** Values that no AWS service sends. Made anew each time, because a revoked Proxy cannot be copied. */
const hostileValues: Readonly<Record<string, () => unknown>> = {
  'a getter that throws': () => Object.defineProperty({}, 'x', { get: fail, enumerable: true }),
  'a Proxy that throws': () => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail }),
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  'a cycle': () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    return cycle;
  },
  'deep nesting': () => {
    let nested: unknown = {};
    for (let depth = 0; depth < 5000; depth += 1) nested = { nested };
    return nested;
  },
  'prototype keys': () =>
    JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1},"toString":7,"hasOwnProperty":null}'),
  'no prototype': () => Object.create(null),
  'a huge string': () => 'x'.repeat(100_000),
  'a huge number': () => Number.MAX_VALUE,
  'no number': () => NaN,
  'a bigint': () => 10n ** 40n,
  'a symbol': () => Symbol('s'),
  'a function': () => fail,
  'an object whose text throws': () => ({ toString: fail, valueOf: fail, toJSON: fail }),
  'a date': () => new Date(NaN),
  nothing: () => undefined,
  null: () => null,
  'an empty string': () => '',
  'an empty list': () => [],
  'a list of nothing': () => [null, undefined],
};

interface Mutation {
  /** Picks a place in the event: at each level, the n-th key. */
  readonly path: readonly number[];
  readonly change: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
  change: fc.constantFrom('remove', 'getter', ...Object.keys(hostileValues)),
});
const mutated = fc.record({
  fixture: fc.constantFrom(...fixtures),
  mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
});

/** A copy of an event with something wrong in it. */
function mutate(event: unknown, mutations: readonly Mutation[]): unknown {
  const copy = structuredClone(event);
  for (const { path, change } of mutations) {
    try {
      apply(copy, path, change);
    } catch {
      // An earlier mutation stands in the way.
    }
  }
  return copy;
}

function apply(root: unknown, [first = 0, ...rest]: readonly number[], change: string): void {
  const keys = Object.keys(root as object);
  const key = keys[first % keys.length];
  if (key === undefined) return;
  const holder = root as Record<string, unknown>;
  const value = holder[key];
  if (rest.length > 0 && typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    apply(value, rest, change);
  } else if (change === 'remove') {
    delete holder[key];
  } else if (change === 'getter') {
    Object.defineProperty(holder, key, { get: fail, enumerable: true });
  } else {
    holder[key] = hostileValues[change]?.();
  }
}

beforeAll(() => {
  // The troubles of hostile events are said once each; here nobody wants to read them.
  process.env.OTEL_LOG_LEVEL = 'none';
  return () => {
    delete process.env.OTEL_LOG_LEVEL;
  };
});

it('recognises any event as something, without throwing', () => {
  const ids = [...builtInTriggers.map(({ id }) => id), 'unknown'];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        mutated.map(({ fixture, mutations }) => mutate(fixture.event, mutations)),
      ),
      (event) => {
        expect(ids).toContain(recognise(event, defaultSettings).id);
      },
    ),
    { numRuns: RUNS },
  );
});

it('gives result and error of the handler by identity, one SERVER span and a scope, whatever is wrong with the event', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async ({ fixture, mutations }) => {
      const event = mutate(fixture.event, mutations);
      const { lambda, tree } = recorder();
      const result = {};
      const error = new Error('mine');
      const context = fakeContext();
      let given: unknown;
      const good = lambda(async (received: unknown) => {
        given = received;
        return scope()?.context === context ? result : 'no scope';
      });
      expect((await settled(good(event, context))) as { value: unknown }).toEqual({ value: result });
      expect(given === event).toBe(true);
      const bad = lambda(() => Promise.reject(error));
      expect(((await settled(bad(event, context))) as { error: unknown }).error === error).toBe(true);
      expect(
        tree()
          .filter((line) => !line.startsWith(' '))
          .map((line) => / SERVER\b/.test(line)),
      ).toEqual([true, true]);
    }),
    { numRuns: RUNS / 2 },
  );
});

it('runs each record of a batch with anything wrong in it, and names the failed ones or says why it cannot', async () => {
  const batches = fixtures.filter(({ matches: [id] }) => ['sqs', 'kinesis', 'dynamodb-streams'].includes(id ?? ''));
  const wrappers = { sqs: 'sqs', kinesis: 'kinesis', 'dynamodb-streams': 'dynamodb' } as const;
  const failing = fc.record({
    fixture: fc.constantFrom(...batches),
    mutations: fc.array(mutation, { maxLength: 4 }),
    report: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(failing, async ({ fixture, mutations, report }) => {
      const event = mutate(fixture.event, mutations);
      const { lambda } = recorder();
      const seen: unknown[] = [];
      const wrapper = lambda[wrappers[fixture.matches[0] as keyof typeof wrappers]];
      const handler = invoke(
        wrapper,
        { failures: report ? 'report' : 'throw', onAllFailed: 'report' },
        (record: unknown) => {
          seen.push(record);
          throw new Error('mine');
        },
      );
      const outcome = await settled(invoke(handler, event, fakeContext()));
      if ('value' in outcome) {
        // Reported, or nothing was there to do.
        const ids = (outcome.value as { batchItemFailures: { itemIdentifier: string }[] } | undefined)
          ?.batchItemFailures;
        expect(ids?.length ?? 0).toBeGreaterThanOrEqual(Math.min(seen.length, 1));
        expect(
          ids?.filter(({ itemIdentifier }) => typeof itemIdentifier !== 'string' || itemIdentifier === '') ?? [],
        ).toEqual([]);
      } else {
        const { code } = outcome.error as { code?: string };
        expect(['batch_failed', 'not_a_batch']).toContain(code ?? String(outcome.error));
        expect(code === 'batch_failed').toBe(seen.length > 0);
      }
    }),
    { numRuns: RUNS / 2 },
  );
});
