import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BatchError, describeError, isTraceletError, TraceletError } from './errors.ts';

const fail = (): never => {
  throw new Error('hostile');
};

class PaymentError extends Error {
  override readonly name = 'PaymentError';
}

it.each([
  ['an error', new TypeError('boom'), { type: 'TypeError', message: 'boom' }],
  ['an error of a class', new PaymentError('no money'), { type: 'PaymentError', message: 'no money' }],
  ['an error without a name', Object.assign(new Error('boom'), { name: '' }), { type: 'Error', message: 'boom' }],
  ['an error of another realm', runInNewContext('new RangeError("far")'), { type: 'RangeError', message: 'far' }],
])('describes %s by its name, message and stack', (_what, thrown, facts) => {
  expect(describeError(thrown)).toEqual({ ...facts, stack: thrown.stack });
});

it.each<[unknown, object]>([
  [null, { type: 'null', message: 'null' }],
  [undefined, { type: 'undefined', message: 'undefined' }],
  ['text', { type: 'string', message: 'text' }],
  [{ code: 7 }, { type: 'object', message: '[object Object]' }],
  [Symbol('s'), { type: 'symbol', message: 'Symbol(s)' }],
  [Object.assign(new Error('x'), { stack: 7 }), { type: 'Error', message: 'x' }],
])('describes %s without a stack', (thrown, facts) => {
  expect(describeError(thrown)).toEqual({ ...facts, stack: undefined });
});

it.each([
  ['throws at every access', () => new Proxy({}, { get: fail })],
  [
    'is a revoked Proxy',
    () => {
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      return proxy;
    },
  ],
  ['has no text', () => Object.create(null)],
])('does not fail on a thrown value that %s', (_what, make) => {
  const facts = { type: 'unknown', message: 'the thrown value could not be described', stack: undefined };
  expect(describeError(make())).toEqual(facts);
});

it('describes whatever is thrown in three strings at most', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }), (thrown) => {
      const { type, message, stack } = describeError(thrown);
      expect([typeof type, typeof message, typeof stack]).toEqual(['string', 'string', 'undefined']);
    }),
    { numRuns: 500 },
  );
});

it('tells its own errors from others, also those of another copy of the package', () => {
  const foreign = Object.assign(new Error('x'), { name: 'BatchError', code: 'batch_failed' });
  const values = [
    new TraceletError('a', 'b'),
    new BatchError('b', [], []),
    foreign,
    new Error('x'),
    null,
    'TraceletError',
  ];
  expect(values.map(isTraceletError)).toEqual([true, true, true, false, false, false]);
});
