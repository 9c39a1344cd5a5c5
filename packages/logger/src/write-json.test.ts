import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { startWalk, writeJson } from './write-json.ts';

const ROOM = 36_000;

/** What a reader of the line sees. */
function shown(value: unknown): unknown {
  const json = writeJson(value, startWalk(ROOM));
  return json === undefined ? undefined : JSON.parse(json);
}

describe('a value of the language', () => {
  class Money {
    amount = 5;
    #secret = 1;
    get double(): number {
      return this.amount * 2 * this.#secret;
    }
  }

  it.each<[string, unknown, unknown]>([
    ['undefined', undefined, undefined],
    ['null', null, null],
    ['a string', 'a "quoted"\nline\u2028\ud800', 'a "quoted"\nline\u2028\ud800'],
    ['a number', -1.5e300, -1.5e300],
    ['minus zero', -0, 0],
    ['not a number', [Number.NaN, Infinity, -Infinity], ['NaN', 'Infinity', '-Infinity']],
    ['a BigInt', [12n, -(2n ** 100n), 10n ** 1000n], ['12', String(-(2n ** 100n)), '[BigInt]']],
    ['a symbol', Symbol('who'), 'Symbol(who)'],
    [
      'a function',
      [function pay() {}, () => {}, class Shop {}],
      ['[Function pay]', '[Function anonymous]', '[Function Shop]'],
    ],
    ['a date', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', '[Invalid Date]']],
    [
      'a Map with texts as keys',
      new Map<string, unknown>([
        ['a', new Map()],
        ['b', undefined],
      ]),
      { a: {}, b: null },
    ],
    [
      'a Map with other keys',
      new Map<unknown, unknown>([
        [1, 'one'],
        [{}, 'two'],
      ]),
      [
        [1, 'one'],
        [{}, 'two'],
      ],
    ],
    ['a Set', new Set([1, 'x', undefined]), [1, 'x', null]],
    ['a Buffer', Buffer.from('secret'), '[Buffer 6 bytes]'],
    [
      'typed arrays',
      [new Float64Array(2), new DataView(new ArrayBuffer(3))],
      ['[Float64Array 16 bytes]', '[DataView 3 bytes]'],
    ],
    [
      'array buffers',
      [new ArrayBuffer(4), new SharedArrayBuffer(5)],
      ['[ArrayBuffer 4 bytes]', '[SharedArrayBuffer 5 bytes]'],
    ],
    [
      'promises and weak things',
      [Promise.resolve(1), new WeakMap(), new WeakSet()],
      ['[Promise]', '[WeakMap]', '[WeakSet]'],
    ],
    ['a regular expression', /a"b/g, '/a"b/g'],
    ['a boxed primitive', [Object('x'), Object(1), Object(true), Object(1n)], ['x', 1, true, '1']],
    ['a class instance', new Money(), { amount: 5 }],
    ['a URL', new URL('https://example.com/a'), 'https://example.com/a'],
    [
      'an object with toJSON',
      { toJSON: (key: string) => ({ key, at: new Date(0) }) },
      { key: '', at: '1970-01-01T00:00:00.000Z' },
    ],
    ['a toJSON that gives nothing', { toJSON: () => undefined }, null],
    [
      'a toJSON that gives itself',
      {
        a: 1,
        toJSON() {
          return this;
        },
      },
      { a: 1, toJSON: '[Function toJSON]' },
    ],
    ['an array with holes', Object.assign(new Array(3), { 0: 1, 2: 3 }), [1, null, 3]],
    ['a key called __proto__', JSON.parse('{"__proto__":{"x":1}}'), JSON.parse('{"__proto__":{"x":1}}')],
    ['what is undefined in an object', { a: undefined, b: 1 }, { b: 1 }],
    ['an object without prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('%s has a form', (_, value, expected) => {
    expect(shown(value)).toEqual(expected);
  });

  it('from another realm has the same form', () => {
    const foreign = runInNewContext(
      '[new Date(0), new Map([["a", 1]]), new Set([1]), Object.assign(new TypeError("no"), { stack: "s" })]',
    );
    expect(shown(foreign)).toEqual([
      '1970-01-01T00:00:00.000Z',
      { a: 1 },
      [1],
      { type: 'TypeError', message: 'no', stacktrace: 's' },
    ]);
  });
});

describe('code that a value brings along', () => {
  const fail = (): never => {
    throw new RangeError('no');
  };
  const revoked = (target: object): object => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };

  it.each<[string, unknown, unknown]>([
    [
      'a getter',
      {
        a: 1,
        get b(): never {
          return fail();
        },
        c: 3,
      },
      { a: 1, b: '[Unreadable: RangeError]', c: 3 },
    ],
    ['a getter in a list', Object.defineProperty([1, 2], 0, { get: fail }), ['[Unreadable: RangeError]', 2]],
    ['toJSON', { toJSON: fail }, '[Unreadable: RangeError]'],
    [
      'a getter called toJSON',
      {
        get toJSON(): never {
          return fail();
        },
      },
      '[Unreadable: RangeError]',
    ],
    [
      'a revoked Proxy',
      [revoked({}), revoked([]), revoked(() => {})],
      ['[Unreadable: TypeError]', '[Unreadable: TypeError]', '[Function unreadable]'],
    ],
    ['a Proxy that refuses its keys', new Proxy({ a: 1 }, { ownKeys: fail }), '[Unreadable: RangeError]'],
    ['a Proxy that refuses its prototype', new Proxy({ a: 1 }, { getPrototypeOf: fail }), '[Unreadable: RangeError]'],
    [
      'a toStringTag',
      new (class extends WeakMap {
        override get [Symbol.toStringTag](): string {
          return fail();
        }
      })(),
      '[Unreadable: RangeError]',
    ],
    ['a boxed valueOf', Object.assign(Object('x'), { valueOf: fail }), '[Unreadable: RangeError]'],
    [
      'what is thrown being hostile too',
      {
        get a(): never {
          throw revoked({});
        },
      },
      { a: '[Unreadable: unknown]' },
    ],
  ])('%s may throw', (_, value, expected) => {
    expect(shown(value)).toEqual(expected);
  });

  it('cannot lie about the size of a Map or Set', () => {
    class Lie extends Map<unknown, unknown> {
      override get size(): number {
        return 1e9;
      }
      override *entries(): MapIterator<[unknown, unknown]> {
        while (true) yield [1, 2];
      }
    }
    expect(shown(new Lie([['a', 1]]))).toEqual({ a: 1 });
  });

  it('in an error is contained, and what can be read is said', () => {
    const error = Object.defineProperties(Object.assign(new Error('x'), { stack: 's' }), {
      cause: { get: fail },
      errors: { get: fail },
    });
    expect(shown(error)).toEqual({
      type: 'Error',
      message: 'x',
      stacktrace: 's',
      cause: '[Unreadable: RangeError]',
      errors: '[Unreadable: RangeError]',
    });
    expect(shown(Object.defineProperty(new Error('x'), 'message', { get: fail }))).toMatchObject({ type: 'unknown' });
  });
});

describe('limits', () => {
  it('name what lies deeper than twelve levels', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 20_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
    const json = writeJson(deep, startWalk(ROOM));
    expect(json).toBe(`${'{"deep":['.repeat(6)}"[Object]"${']}'.repeat(6)}`);
  });

  it('mark a cycle, and not an object that comes twice', () => {
    const twice = { a: 1 };
    const loop: Record<string, unknown> = { one: twice, two: twice };
    loop.self = loop;
    loop.list = [loop];
    expect(shown(loop)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[Circular]', list: ['[Circular]'] });
  });

  it('cut strings, and say how long they were', () => {
    expect(shown('x'.repeat(1_000_000))).toBe(`${'x'.repeat(32_768)}…[1000000 characters]`);
    expect(shown(`${'x'.repeat(32_767)}😀tail`)).toBe(`${'x'.repeat(32_767)}…[32773 characters]`);
    // Each of these takes six characters of JSON.
    expect(shown('\u0001'.repeat(32_768))).toBe(`${'\u0001'.repeat(5461)}…[32768 characters]`);
  });

  it('cut lists, objects, Maps and Sets after 500 entries, and say how many are left', () => {
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const pairs = list.map((index) => [`k${index}`, index] as const);
    expect(shown(list)).toEqual([...list.slice(0, 500), '…500 more']);
    expect(shown(new Set(list))).toEqual([...list.slice(0, 500), '…500 more']);
    const object = { ...Object.fromEntries(pairs.slice(0, 500)), '…': '500 more' };
    expect(shown(Object.fromEntries(pairs))).toEqual(object);
    expect(shown(new Map(pairs))).toEqual(object);
    expect(shown(new Array(4_000_000_000))).toEqual([...Array(500).fill(null), '…3999999500 more']);
  });

  it('bound a whole value, however its parts are spread', () => {
    const wide = (width: number, level: number): unknown =>
      level === 0 ? '\u0007é"'.repeat(100) : Array.from({ length: width }, () => wide(width, level - 1));
    const keys = Object.fromEntries(Array.from({ length: 400 }, (_, index) => ['\u0001'.repeat(300) + index, index]));
    for (const value of [wide(20, 3), wide(300, 1), wide(2, 11), keys, [keys, keys]]) {
      const json = writeJson(value, startWalk(ROOM)) ?? '';
      expect(json).toContain('…');
      expect(json.length).toBeLessThan(ROOM + 1000);
      JSON.parse(json);
    }
  });
});
