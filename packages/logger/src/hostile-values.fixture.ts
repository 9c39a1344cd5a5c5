/** A source of numbers from 0 to 1. */
export type Random = () => number;

/** Stands in each secret that is planted under a key which names one; must never be printed. */
export const PLANTED = 'PLANTED-SECRET';

/** The same numbers for the same seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Any value that makes trouble for a serialiser; some hold others, and some hold planted secrets. */
export function hostileValue(random: Random, depth = 0): unknown {
  const heavy = depth === 0 && random() < 0.004;
  const kinds = heavy ? HEAVY : depth < 3 && random() < 0.5 ? HOLDERS : LIGHT;
  return pick(random, kinds)(random, depth + 1);
}

type Make = (random: Random, depth: number) => unknown;

const fail = (): never => {
  throw new RangeError('hostile');
};

const SECRET_KEYS = ['password', 'Authorization', 'set-cookie', 'apiKey', 'client_secret', 'X-Amz-Security-Token'];
const KEYS = [
  'id',
  '',
  '__proto__',
  'constructor',
  'toString',
  'a"b\\c',
  'é\u2028',
  '\ud800',
  'message',
  'k'.repeat(300),
];
const TRAPS = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'isExtensible'] as const;
const CHARACTERS = [
  'a',
  '"',
  '\\',
  '\n',
  '\r',
  '\u0000',
  '\u2028',
  '\u2029',
  '\ud800',
  '\udc00',
  '😀',
  'é',
  '\u007f',
  '/',
  '\t',
];

const LIGHT: readonly Make[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => -Infinity,
  () => -0,
  (random) => random() * 1e21,
  () => 2n ** 200n,
  () => -(2n ** 64n),
  (random) => text(random, 40),
  (random) => text(random, 40),
  (random) => Symbol(text(random, 5)),
  () => Symbol.iterator,
  () => fail,
  () => class Anonymous {},
  () => Object.defineProperty(() => {}, 'name', { get: fail }),
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => /x[/"]+/gu,
  () => new Error('plain'),
  () => Object.defineProperty(new Error('x'), 'message', { get: fail }),
  () => Object.defineProperty(new Error('x'), 'stack', { get: fail }),
  () => Object.assign(new Error('x'), { name: Symbol('name'), stack: 7 }),
  () => new Proxy(new Error('x'), { get: fail }),
  () => Buffer.from('bytes'),
  () => new Uint16Array(3),
  () => new DataView(new ArrayBuffer(4)),
  () => new SharedArrayBuffer(8),
  () => Promise.resolve(1),
  () => new WeakMap(),
  () => new WeakRef({}),
  () => Object('boxed'),
  () => Object(1n),
  () => Object(Symbol('boxed')),
  () => new URL('https://user:pass@example.com/?q=1'),
  () =>
    new (class Money {
      readonly #cents = 5;
      toJSON(): string {
        return `EUR ${this.#cents}`;
      }
    })(),
  () => Object.create(null),
  () => Object.setPrototypeOf(new Map([[{}, 1]]), null),
  () => new Array(4_000_000_000),
  () => Object.assign(new Array(3), { 1: 'x', extra: 1 }),
  () => globalThis,
  () => process.versions,
  () => Object.freeze({ frozen: true }),
  (random) => new Proxy(pick(random, [{ a: 1 }, [1, 2], fail, new Date()]) as object, { [pick(random, TRAPS)]: fail }),
  () => revoked({}),
  () => revoked([]),
  () => revoked(fail),
  () => endless(),
  () => new Proxy([1, 2, 3], { get: () => 'abc' }),
  () => (function* generator() {})(),
];

const HOLDERS: readonly Make[] = [
  (random, depth) => Object.fromEntries(some(random, 4, () => [pick(random, KEYS), hostileValue(random, depth)])),
  (random, depth) => some(random, 4, () => hostileValue(random, depth)),
  (random, depth) => new Map(some(random, 3, () => [hostileValue(random, depth), hostileValue(random, depth)])),
  (random, depth) => new Map(some(random, 3, () => [pick(random, KEYS), hostileValue(random, depth)])),
  (random, depth) => new Set(some(random, 3, () => hostileValue(random, depth))),
  (random) => ({ [pick(random, SECRET_KEYS)]: PLANTED, kept: 1 }),
  (random) => ({ headers: { [pick(random, SECRET_KEYS)]: [PLANTED, PLANTED] } }),
  (random) => ({ [pick(random, SECRET_KEYS)]: { deep: { secret: PLANTED } } }),
  (random) => new Map<unknown, unknown>([[pick(random, SECRET_KEYS), PLANTED]]),
  (random) =>
    new Map<unknown, unknown>([
      [pick(random, SECRET_KEYS), PLANTED],
      [{}, 1],
    ]),
  (random) => ({ toJSON: () => ({ [pick(random, SECRET_KEYS)]: PLANTED }) }),
  (random) =>
    Object.assign(new Error('of a client'), { config: { headers: { [pick(random, SECRET_KEYS)]: PLANTED } } }),
  (random) => Object.defineProperty({}, pick(random, SECRET_KEYS), { get: () => PLANTED, enumerable: true }),
  (random) =>
    new (class Client {
      [key: string]: unknown;
      constructor() {
        this[pick(random, SECRET_KEYS)] = PLANTED;
      }
    })(),
  (random, depth) => ({ toJSON: () => hostileValue(random, depth) }),
  (random, depth) => new Error('caused', { cause: hostileValue(random, depth) }),
  (random, depth) =>
    new AggregateError(
      some(random, 3, () => hostileValue(random, depth)),
      'all',
    ),
  (random, depth) => Object.defineProperty({ a: hostileValue(random, depth) }, 'b', { get: fail, enumerable: true }),
  () => loop(),
];

const HEAVY: readonly Make[] = [
  () => nest(20_000),
  (random) => text(random, 50).repeat(30_000),
  () => Object.defineProperty(new Error('x'), 'stack', { value: 'y'.repeat(1_000_000) }),
  () => Array.from({ length: 10_000 }, (_, index) => ({ index })),
  () => Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`\u0001${index}`, '\u0001'.repeat(20)])),
  () => new Float64Array(1_000_000),
  () => 10n ** 50_000n,
  () => new Set(Array.from({ length: 10_000 }, (_, index) => index)),
];

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)] as T;
}

function some<T>(random: Random, most: number, make: () => T): T[] {
  return Array.from({ length: Math.floor(random() * (most + 1)) }, make);
}

function text(random: Random, most: number): string {
  return some(random, most, () => pick(random, CHARACTERS)).join('');
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function nest(levels: number): object {
  let deep: object = {};
  for (let level = 0; level < levels; level += 1) deep = level % 2 === 0 ? { deep } : [deep];
  return deep;
}

function loop(): object {
  const error = new Error('loop');
  const object = { list: [error] as unknown[], map: new Map<unknown, unknown>(), error };
  object.list.push(object);
  object.map.set(object, object.map);
  error.cause = new AggregateError([object, error], 'all');
  return object;
}

/** A Proxy whose every property is another one. */
function endless(): object {
  return new Proxy({ a: 1, b: 2 }, { get: (_, key) => (key === 'toJSON' ? undefined : endless()) });
}
