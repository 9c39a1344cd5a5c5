import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeLogs, encodeTraces, splitBySize } from './encode.ts';
import type { OtlpSpan } from './otlp-data.ts';
import { decodeRequest, normalise } from './test-support/decode-wire.ts';
import { makeSpan } from './test-support/make-span.ts';

/** Any UTF-16 text, lone surrogates included. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 70 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }).map((codes) => String.fromCharCode(...codes)),
);

const { attributes } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.double(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(Number),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array({ maxLength: 200 }),
    fc.array(tie('value'), { maxLength: 5 }),
    tie('attributes'),
  ),
  attributes: fc.dictionary(text, tie('value'), { maxKeys: 5 }),
}));

const span = fc
  .record({
    name: text,
    kind: fc.integer({ min: 0, max: 4 }),
    attributes: attributes as fc.Arbitrary<Record<string, unknown>>,
    startTime: fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 999_999_999 })),
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: text }),
    droppedAttributesCount: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    events: fc.array(fc.record({ time: fc.constant([1, 2] as [number, number]), name: text }), { maxLength: 3 }),
  })
  .map(makeSpan);

it('encodes any span to the same content in protobuf and JSON', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 4 }), (spans) => {
      const protobuf = decodeRequest(encodeTraces(spans, 'protobuf'), 'traces');
      expect(parse(encodeTraces(spans, 'json'))).toEqual(protobuf);
    }),
    { numRuns: 300 },
  );
});

it('encodes any log record to the same content in protobuf and JSON', () => {
  const record = fc.record({
    timestampMs: fc.double({ min: 0, max: 4e12, noNaN: true }),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: text,
    body: text,
    attributes: attributes as fc.Arbitrary<Record<string, unknown>>,
    eventName: text,
  });
  const scope = { name: 'property' };
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const protobuf = decodeRequest(encodeLogs(records, RESOURCE, scope, 'protobuf'), 'logs');
      expect(parse(encodeLogs(records, RESOURCE, scope, 'json'))).toEqual(protobuf);
    }),
    { numRuns: 300 },
  );
});

it('keeps every attribute as it was given', () => {
  fc.assert(
    fc.property(attributes as fc.Arbitrary<Record<string, unknown>>, (given) => {
      const request = decodeRequest(encodeTraces([makeSpan({ attributes: given })], 'protobuf'), 'traces');
      const { resourceSpans } = request as { resourceSpans: { scopeSpans: { spans: { attributes?: unknown }[] }[] }[] };
      const entries = Object.entries(given).map(([key, value]) => keyValue(key, value));
      expect(resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes ?? []).toEqual(entries);
    }),
    { numRuns: 300 },
  );
});

it('splits any spans at any limit without loss of order, and never beyond the limit', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 30 }), fc.integer({ min: 0, max: 4000 }), (spans, maxBytes) => {
      for (const encoding of ['protobuf', 'json'] as const) {
        let next = 0;
        for (const { bytes, dropped, end, start } of splitBySize(spans, encoding, maxBytes)) {
          expect(start).toBe(next);
          expect(bytes.length).toBeLessThanOrEqual(maxBytes);
          const fits = spans.slice(start, end).filter((one) => isWithin(one, encoding, maxBytes));
          expect(fits).toHaveLength(end - start - dropped);
          if (fits.length > 0) expect(Buffer.compare(bytes, encodeTraces(fits, encoding))).toBe(0);
          next = end;
        }
        expect(next).toBe(spans.length);
      }
    }),
    { numRuns: 60 },
  );
});

const RESOURCE = { attributes: { 'service.name': 'property' } };

function isWithin(one: OtlpSpan, encoding: 'protobuf' | 'json', maxBytes: number): boolean {
  return [...splitBySize([one], encoding, maxBytes)].every(({ dropped }) => dropped === 0);
}

/** The expected value, said in the words of the specification rather than of the encoder. */
function anyValue(value: unknown): unknown {
  if (typeof value === 'string') return { stringValue: value.toWellFormed() };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'bigint') {
    return value === BigInt.asIntN(64, value) ? { intValue: String(value) } : { stringValue: String(value) };
  }
  if (typeof value === 'number') {
    if (Number.isInteger(value) && BigInt(value) === BigInt.asIntN(64, BigInt(value))) {
      return { intValue: String(BigInt(value)) };
    }
    return { doubleValue: Number.isFinite(value) ? value : String(value) };
  }
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return { arrayValue: valuesOf(value.map(anyValue)) };
  if (typeof value !== 'object' || value === null) return {};
  return { kvlistValue: valuesOf(Object.entries(value).map(([key, inner]) => keyValue(key, inner))) };
}

function valuesOf(values: unknown[]): unknown {
  return values.length === 0 ? {} : { values };
}

function keyValue(key: string, value: unknown): unknown {
  return key === '' ? { value: anyValue(value) } : { key: key.toWellFormed(), value: anyValue(value) };
}

function parse(bytes: Uint8Array): unknown {
  return normalise(JSON.parse(Buffer.from(bytes).toString()));
}
