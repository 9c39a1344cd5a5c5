import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { change } from './change.ts';

const imageOf = (value: AttributeValue): unknown => {
  const record: DynamoDBRecord = { dynamodb: { NewImage: { v: value } } };
  const { newImage } = change<{ v: unknown }>()(record);
  return newImage?.v;
};

it('makes an insert, a change and a removal of their records', () => {
  const parse = change<{ id: number; state: string }>();
  const Keys = { id: { N: '1' } };
  const open = { ...Keys, state: { S: 'open' } };
  const paid = { ...Keys, state: { S: 'paid' } };
  const keys = { id: 1 };
  const record = (eventName: DynamoDBRecord['eventName'], dynamodb: DynamoDBRecord['dynamodb'], more = {}) =>
    parse({ eventName, dynamodb, ...more });
  expect(record('INSERT', { Keys, NewImage: open })).toEqual({
    type: 'INSERT',
    keys,
    newImage: { id: 1, state: 'open' },
    oldImage: undefined,
    expired: false,
  });
  expect(record('MODIFY', { Keys, NewImage: paid, OldImage: open })).toEqual({
    type: 'MODIFY',
    keys,
    newImage: { id: 1, state: 'paid' },
    oldImage: { id: 1, state: 'open' },
    expired: false,
  });
  expect(record('REMOVE', { Keys, OldImage: paid })).toMatchObject({
    type: 'REMOVE',
    newImage: undefined,
    expired: false,
  });
  const ttl = { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } };
  expect(record('REMOVE', undefined, ttl)).toEqual({
    type: 'REMOVE',
    keys: {},
    newImage: undefined,
    oldImage: undefined,
    expired: true,
  });
});

it.each<[AttributeValue, unknown]>([
  [{ S: '' }, ''],
  [{ N: '-12.5' }, -12.5],
  [{ N: '9007199254740991' }, 9007199254740991],
  [{ N: '9007199254740993' }, 9007199254740993n],
  [{ N: '-12345678901234567890123456789012345678' }, -12345678901234567890123456789012345678n],
  [{ BOOL: false }, false],
  [{ NULL: true }, null],
  [{ M: { a: { L: [{ N: '1' }, { M: {} }] } } }, { a: [1, {}] }],
  [{ SS: ['a', 'b'] }, new Set(['a', 'b'])],
  [{ NS: ['1', '9007199254740993'] }, new Set([1, 9007199254740993n])],
  [{ B: 'AQI=' }, Buffer.from([1, 2])],
  [{ BS: ['AQ=='] }, new Set([Buffer.from([1])])],
])('unmarshalls %j', (value, expected) => {
  expect(imageOf(value)).toEqual(expected);
});

it('keeps an attribute called __proto__ an attribute', () => {
  const value = imageOf({ M: JSON.parse('{"__proto__":{"M":{"polluted":{"BOOL":true}}}}') });
  expect([Object.keys(value as object), (value as { polluted?: unknown }).polluted]).toEqual([
    ['__proto__'],
    undefined,
  ]);
});

it.each([
  [{}, 'none'],
  [{ X: 1, Y: 2 }, 'X, Y'],
])('fails on the unknown type of %j', (value, kind) => {
  expect(() => imageOf(value as AttributeValue)).toThrow(
    `[parse_failed] A DynamoDB attribute value has an unknown type (${kind}). Leave out parse to get the raw record.`,
  );
});

it('brings every number through without losing a digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), (number) => {
      expect(String(imageOf({ N: String(number) }))).toBe(String(number));
    }),
    { numRuns: 500 },
  );
});
