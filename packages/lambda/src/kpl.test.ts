import { createHash } from 'node:crypto';
import { isTraceletError } from '@tracelet/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { json } from './json.ts';
import { aggregated } from './kpl.ts';

interface Part {
  readonly key: string;
  readonly data: Uint8Array;
}

const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...varint(value >> 7)]);
const delimited = (field: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([field * 8 + 2, ...varint(bytes.length)]), bytes]);

/** As the Kinesis Producer Library writes it: magic, message, MD5 of the message. */
function aggregate(parts: readonly Part[]): Buffer {
  const keys = [...new Set(parts.map(({ key }) => key))];
  const message = Buffer.concat([
    ...keys.map((key) => delimited(1, Buffer.from(key))),
    ...parts.map(({ key, data }) =>
      delimited(3, Buffer.concat([Buffer.from([8, ...varint(keys.indexOf(key))]), delimited(3, data)])),
    ),
  ]);
  return seal(message);
}

const seal = (message: Buffer): Buffer =>
  Buffer.concat([Buffer.from('f3899ac2', 'hex'), message, createHash('md5').update(message).digest()]);

const record = (bytes: Uint8Array) => ({
  kinesis: { data: Buffer.from(bytes).toString('base64'), partitionKey: 'own' },
});

it('takes an aggregate apart and gives each record to the inner parser', async () => {
  const bytes = aggregate([
    { key: 'a', data: Buffer.from('{"id":1}') },
    { key: 'b', data: Buffer.from('{"id":2}') },
    { key: 'a', data: Buffer.from('{"id":3}') },
  ]);
  expect(await aggregated(json<{ id: number }>())(record(bytes))).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
});

it('reads back every aggregate', () => {
  const part = fc.record({ key: fc.string({ unit: 'grapheme' }), data: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 20 }), (parts) => {
      const read = aggregated()(record(aggregate(parts)));
      expect(read.map(({ data, partitionKey }) => ({ key: partitionKey, data: new Uint8Array(data) }))).toEqual(
        parts.map(({ key, data }) => ({ key: Buffer.from(key).toString(), data: new Uint8Array(data) })),
      );
    }),
  );
});

it('gives a record that is no aggregate as it is, one with a wrong checksum too', () => {
  const broken = aggregate([{ key: 'a', data: Buffer.from('x') }]);
  broken[6] = (broken[6] as number) ^ 1;
  for (const bytes of [Buffer.from('{"id":1}'), Buffer.alloc(0), broken]) {
    expect(aggregated()(record(bytes))).toEqual([{ partitionKey: 'own', data: bytes }]);
  }
});

it('fails an aggregate with a right checksum and a wrong message with parse_failed', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (message) => {
      try {
        expect(Array.isArray(aggregated()(record(seal(Buffer.from(message)))))).toBe(true);
      } catch (error) {
        expect(isTraceletError(error) && error.code).toBe('parse_failed');
      }
    }),
  );
  // A record whose key is not in the table; a field of a type that the format lacks; a length beyond the end.
  for (const message of ['1a0208051a00', '0d00000000', '1aff01', '1affffffffffffff']) {
    expect(() => aggregated()(record(seal(Buffer.from(message, 'hex'))))).toThrow('cannot be read');
  }
});
