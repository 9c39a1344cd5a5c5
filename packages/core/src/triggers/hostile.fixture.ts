import fc from 'fast-check';
import type { Fixture } from './trigger.fixture.ts';

/** A fixture's event with something wrong in it. */
export interface Mutated {
  readonly fixture: Fixture;
  readonly mutations: readonly Mutation[];
}

interface Mutation {
  /** Picks a place in the event: at each level the n-th key, the last one for the last level. */
  readonly path: readonly number[];
  readonly change: string;
  /** Where the change takes something from, when it does. */
  readonly from: number;
}

/** What a hostile getter or trap does. */
export function fail(): never {
  throw new Error('hostile');
}

const hugeText = 'x'.repeat(1_000_000);
const deepJson = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
const deepEnvelope = nestedText(8);

/** Values that no AWS service sends. Made anew each time, because a revoked Proxy cannot be copied. */
export const hostileValues: Readonly<Record<string, () => unknown>> = {
  'a getter that throws': () => Object.defineProperty({}, 'x', { get: fail, enumerable: true }),
  'a Proxy that throws': () => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail }),
  'a Proxy that answers everything': () => endless(),
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    return proxy;
  },
  'a cycle': () => {
    const cycle: Record<string, unknown> = { Records: [] };
    cycle.self = cycle;
    cycle.detail = cycle;
    (cycle.Records as unknown[]).push(cycle);
    return cycle;
  },
  'nesting 10,000 deep': () => {
    let nested: unknown = {};
    for (let depth = 0; depth < 10_000; depth += 1) nested = depth % 2 === 0 ? { nested } : [nested];
    return nested;
  },
  'prototype keys': () =>
    JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":1},"toString":7,"hasOwnProperty":null,"then":1}'),
  'the prototype of everything': () => Object.prototype,
  'no prototype': () => Object.create(null),
  'a huge text': () => hugeText,
  'JSON nested 10,000 deep': () => deepJson,
  'an envelope in an envelope, and so on': () => deepEnvelope,
  'JSON cut off': () => '{"Records":[{"body":"',
  'text that is no Base64': () => '\u0000\ud800%%%',
  'text with line breaks': () => 'a\r\nb: c',
  'a list of 1,000': () => Array(1000).fill({ a: 1 }),
  'a list with holes': () => Array(1000),
  'a list with a length too large': () => ({ length: Number.MAX_SAFE_INTEGER }),
  'a huge number': () => Number.MAX_VALUE,
  'negative infinity': () => Number.NEGATIVE_INFINITY,
  'no number': () => Number.NaN,
  'a bigint': () => 10n ** 40n,
  'a symbol': () => Symbol('s'),
  'a function': () => fail,
  'an object whose text throws': () => ({ toString: fail, valueOf: fail, toJSON: fail, [Symbol.toPrimitive]: fail }),
  'an iterable without end': () => ({
    *[Symbol.iterator]() {
      for (;;) yield 1;
    },
  }),
  'a date that is none': () => new Date(Number.NaN),
  'a Map': () => new Map([['a', 1]]),
  bytes: () => new Uint8Array(64),
  nothing: () => undefined,
  null: () => null,
  true: () => true,
  'an empty string': () => '',
  'an empty list': () => [],
  'a list of nothing': () => [null, undefined],
};

const changes = ['remove', 'getter', 'to text', 'to list', 'to number', 'graft', 'graft', 'repeat', 'rename'] as const;

/** Any fixture with one to four changes in it. */
export function mutated(fixtures: readonly Fixture[]): fc.Arbitrary<Mutated> {
  const mutation: fc.Arbitrary<Mutation> = fc.record({
    path: fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }),
    change: fc.constantFrom(...changes, ...Object.keys(hostileValues)),
    from: fc.nat(10_000),
  });
  return fc.record({
    fixture: fc.constantFrom(...fixtures),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
  });
}

/** A copy of the fixture's event with its changes made, or, at `whole`, a hostile value in its place. */
export function mutate({ fixture, mutations }: Mutated, fixtures: readonly Fixture[]): unknown {
  const copy = structuredClone(fixture.event);
  for (const one of mutations) {
    try {
      apply(copy, one.path, one, fixtures);
    } catch {
      // An earlier change stands in the way.
    }
  }
  return copy;
}

function apply(
  root: unknown,
  [first = 0, ...rest]: readonly number[],
  mutation: Mutation,
  fixtures: readonly Fixture[],
): void {
  const keys = Object.keys(root as object);
  const key = keys[first % keys.length];
  if (key === undefined) return;
  const holder = root as Record<string, unknown>;
  const value = holder[key];
  if (rest.length > 0 && typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    apply(value, rest, mutation, fixtures);
    return;
  }
  const { change, from } = mutation;
  if (change === 'remove') delete holder[key];
  else if (change === 'getter') Object.defineProperty(holder, key, { get: fail, enumerable: true });
  else if (change === 'rename') {
    delete holder[key];
    holder[from % 2 === 0 ? key.toUpperCase() : key.toLowerCase()] = value;
  } else holder[key] = changed(value, change, from, fixtures);
}

function changed(value: unknown, change: string, from: number, fixtures: readonly Fixture[]): unknown {
  switch (change) {
    case 'to text':
      return JSON.stringify(value);
    case 'to list':
      return [value];
    case 'to number':
      return Number(value);
    case 'repeat':
      return Array.isArray(value) ? Array(from % 300).fill(value[0]) : [value, value];
    case 'graft': {
      // The whole event of another service, or one part of it.
      const { event } = fixtures[from % fixtures.length] as Fixture;
      const parts = Object.values(event as object);
      return structuredClone(from % 3 === 0 ? event : parts[from % parts.length]);
    }
    default:
      return hostileValues[change]?.();
  }
}

/** Answers to every key with itself. */
function endless(): unknown {
  const self: unknown = new Proxy(() => self, { get: (_, key) => (typeof key === 'symbol' ? undefined : self) });
  return self;
}

function nestedText(levels: number): string {
  let text = '{"a":1}';
  for (let level = 0; level < levels; level += 1) {
    text = JSON.stringify({ Type: 'Notification', TopicArn: 'arn:aws:sns:x:1:t', MessageId: '1', Message: text });
  }
  return text;
}
