import { gzipSync } from 'node:zlib';
import { isTraceletError } from '@tracelet/core';
import { events } from '@tracelet/testing';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { change } from './change.ts';
import { type JsonRecord, json, type Schema, type SchemaResult } from './json.ts';

/** A schema of the Standard Schema shape, as zod, valibot and arktype have it. */
const schemaOf = <Out>(validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>): Schema<Out> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

it.each([
  ['SQS', events.sqs([{ body: { id: 1 } }]).Records[0]],
  ['SNS', { Sns: { Message: '{"id":1}' } }],
  ['Kinesis', events.kinesis([{ data: { id: 1 } }]).Records[0]],
])('parses the payload of a record of %s', (_of, record) => {
  expect(json()(record as JsonRecord)).toEqual({ id: 1 });
});

it.each([{ body: 'secret' }, { body: undefined }, { Sns: null }, { kinesis: {} }, {}, null, 'x'])(
  'fails %j with parse_failed, and does not quote the payload',
  (record) => {
    const thrown = (() => {
      try {
        return json()(record as JsonRecord);
      } catch (error) {
        return error;
      }
    })();
    expect(isTraceletError(thrown)).toBe(true);
    expect(String(thrown)).toMatch(
      /^TraceletError: \[parse_failed\] The payload is not JSON \((Syntax|Type)Error\)\. Leave out parse to get the raw record\.$/,
    );
  },
);

it('fails or parses, but never throws anything else, whatever the record', () => {
  const record = fc.oneof(
    fc.anything(),
    fc.record({ body: fc.anything() }),
    fc.record({ Sns: fc.record({ Message: fc.anything() }) }),
    fc.record({ kinesis: fc.record({ data: fc.anything() }) }),
    fc.record({ body: fc.json() }),
  );
  fc.assert(
    fc.property(record, (given) => {
      try {
        json()(given as JsonRecord);
      } catch (error) {
        expect(error).toMatchObject({ name: 'TraceletError', code: 'parse_failed' });
      }
    }),
    { numRuns: 1000 },
  );
});

describe('with a schema', () => {
  const record = { body: '{"total":12}' };

  it('gives what the schema made of the payload, now or later', async () => {
    const order = { total: 12n };
    const seen: unknown[] = [];
    const now = schemaOf((value) => {
      seen.push(value);
      return { value: order };
    });
    const later = schemaOf(async () => ({ value: order }));
    expect(await json(now)(record)).toBe(order);
    expect(await json(later)(record)).toBe(order);
    expect(seen).toEqual([{ total: 12 }]);
  });

  it('fails a payload that does not fit, with every reason and its path', async () => {
    const strict = schemaOf<never>(() => ({
      issues: [
        { message: 'expected an object' },
        { message: 'expected a string', path: [] },
        { message: 'expected a number', path: ['lines', 0, { key: 'price' }] },
      ],
    }));
    await expect(json(strict)(record)).rejects.toMatchObject({
      code: 'parse_failed',
      message:
        '[parse_failed] The payload does not fit the schema: expected an object; expected a string; lines.0.price: expected a number. Mend the producer or the schema.',
    });
  });

  it('passes the error of a schema that throws on, and parse_failed of what is not JSON', async () => {
    const boom = new Error('boom');
    const broken = schemaOf<never>(() => {
      throw boom;
    });
    await expect(json(broken)(record)).rejects.toBe(boom);
    await expect(json(broken)({ body: '{' })).rejects.toMatchObject({ code: 'parse_failed' });
  });
});

describe.each([
  ['zod', z.object({ id: z.number() }) as Schema<{ id: number }>],
  ['valibot', v.object({ id: v.number() }) as Schema<{ id: number }>],
])('with a schema of %s', (_of, schema) => {
  it('gives the payload that fits, and fails the one that does not with its path', async () => {
    expect(await json(schema)({ body: '{"id":1}' })).toEqual({ id: 1 });
    await expect(json(schema)({ body: '{"id":"secret"}' })).rejects.toThrow(/parse_failed.*id: /);
  });

  it('checks the images of a change', async () => {
    const images = (id: string) => ({ eventName: 'INSERT' as const, dynamodb: { NewImage: { id: { [id]: '1' } } } });
    expect((await change(schema)(images('N'))).newImage).toEqual({ id: 1 });
    await expect(change(schema)(images('S'))).rejects.toThrow(/parse_failed.*id: /);
  });
});

it.each([
  ['Kafka', (data: string) => ({ value: data })],
  ['Firehose', (data: string) => ({ data })],
  ['Kinesis', (data: string) => ({ kinesis: { data } })],
])('unpacks gzip in a record of %s', (_of, record) => {
  expect(json()(record(gzipSync('{"id":1}').toString('base64')))).toEqual({ id: 1 });
  expect(json()(record(Buffer.from('{"id":1}').toString('base64')))).toEqual({ id: 1 });
});

it('refuses a payload that unpacks to more than any source takes', () => {
  const bomb = gzipSync(Buffer.alloc(33 * 1024 * 1024, 0x20)).toString('base64');
  expect(() => json()({ data: bomb })).toThrow('[parse_failed] The payload is not JSON (RangeError)');
});
