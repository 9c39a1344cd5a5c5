import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { createLog, type Log } from './index.ts';

const MAX_LINE_BYTES = 256 * 1024;

const fail = (): never => {
  throw new Error('hostile');
};

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function nest(levels: number): object {
  let deep: object = {};
  for (let level = 0; level < levels; level += 1) deep = { deep };
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
  const target = { a: 1, b: 2 };
  return new Proxy(target, { get: (_, key) => (key === 'toJSON' ? undefined : endless()) });
}

const traps = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const;

/** How a value is made: some hostile ones cannot even pass through the generator. */
type Recipe = () => unknown;

const hostile = fc.oneof(
  fc.constantFrom<Recipe>(
    () => revoked({}),
    () => revoked([]),
    () => revoked(fail),
    () => ({ toJSON: fail }),
    () => ({ toJSON: () => ({ toJSON: () => nest(50) }) }),
    () => Object.defineProperty({}, 'getter', { get: fail, enumerable: true }),
    () => Object.defineProperty(new Error('x'), 'message', { get: fail }),
    () => Object.defineProperty(new Error('x'), 'stack', { value: 'y'.repeat(300_000) }),
    () => Object.assign(new Error('x'), { name: Symbol('name') }),
    () => nest(20_000),
    loop,
    endless,
    () => new Date(Number.NaN),
    () => new Array(4_000_000_000),
    () => 10n ** 50_000n,
    () => '\u0000"\\\u2028\ud800'.repeat(200_000),
    () => Symbol('s'.repeat(100_000)),
    () => fail,
    () => new Proxy([1, 2, 3], { get: () => 'abc' }),
    () => new Float64Array(1_000_000),
    () => Object.setPrototypeOf(new Map([[{}, 1]]), null),
  ),
  fc.constantFrom(...traps).map<Recipe>((trap) => () => new Proxy({ a: 1 }, { [trap]: fail })),
);

const anything = fc
  .anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  })
  .map<Recipe>((made) => () => made);

const value = fc.oneof(
  anything,
  hostile,
  fc.array(hostile, { maxLength: 4 }).map<Recipe>((recipes) => () => recipes.map((make) => make())),
  fc
    .array(fc.tuple(fc.string({ unit: 'binary' }), fc.oneof(anything, hostile)), { maxLength: 6 })
    .map<Recipe>((entries) => () => Object.fromEntries(entries.map(([key, make]) => [key, make()]))),
);

/** Writes with a new logger and gives its one line. */
function lineOf(write: (log: Log) => void): string {
  const lines: string[] = [];
  write(createLog({ env: {}, write: (line) => lines.push(line) }));
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

function check(line: string): Record<string, unknown> {
  expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
  expect(Buffer.byteLength(line)).toBeLessThan(MAX_LINE_BYTES);
  const parsed = JSON.parse(line) as Record<string, unknown>;
  expect(typeof parsed.message).toBe('string');
  expect(parsed).toMatchObject({ level: 'ERROR', timestamp: expect.stringMatching(/^20.*Z$/) });
  return parsed;
}

it('writes one valid line for whatever stands in the place of message and fields', () => {
  // Clashes with reserved keys are said on stdout.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  fc.assert(
    fc.property(value, value, value, (message, fields, bound) => {
      check(lineOf((log) => log.error(message() as string, fields() as never)));
      check(lineOf((log) => log.with(bound() as never).error('m', { fields: fields(), bound: bound() })));
    }),
    { numRuns: 1500 },
  );
}, 30_000);

it('keeps plain values as they are', () => {
  const plain = fc.jsonValue({ maxDepth: 8 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), plain, (message, given) => {
      const line = check(lineOf((log) => log.error(message, { given })));
      expect(line.message).toBe(message);
      expect(line.given).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 1000 },
  );
}, 30_000);
