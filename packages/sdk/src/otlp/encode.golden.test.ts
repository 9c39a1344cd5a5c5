import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { encodeTraces } from './encode.ts';
import { decodeRequest, normalise } from './test-support/decode-wire.ts';
import { makeSpan } from './test-support/make-span.ts';
import { ATTRIBUTES, recordCorpus, recordMany } from './test-support/record-spans.ts';

type Attribute = { key: string; value: unknown };

describe('traces beside the official serializers', () => {
  it('keeps in the corpus every attribute that it means to compare', () => {
    const last = recordCorpus().find(({ name }) => name === 'every attribute');
    expect(Object.keys(last?.attributes ?? {})).toEqual(Object.keys(ATTRIBUTES).filter((key) => key !== ''));
  });

  it('writes the same protobuf bytes for the corpus', () => {
    const spans = recordCorpus();
    const official = ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array;
    const ours = encodeTraces(spans, 'protobuf');
    expect(decodeRequest(ours, 'traces')).toEqual(decodeRequest(official, 'traces'));
    expect(Buffer.compare(ours, official)).toBe(0);
  });

  it('writes the same protobuf bytes for 1,000 spans', () => {
    const spans = recordMany(1000);
    const ours = encodeTraces(spans, 'protobuf');
    expect(Buffer.compare(ours, ProtobufTraceSerializer.serializeRequest(spans) as Uint8Array)).toBe(0);
    expect(decodeRequest(ours, 'traces')).toEqual(parse(encodeTraces(spans, 'json')));
  });

  it('writes the same JSON for the corpus, defaults aside', () => {
    const spans = recordCorpus();
    const ours = parse(encodeTraces(spans, 'json'));
    expect(ours).toEqual(parse(withoutSchemaUrlInResource(JsonTraceSerializer.serializeRequest(spans) as Uint8Array)));
    expect(ours).toEqual(decodeRequest(encodeTraces(spans, 'protobuf'), 'traces'));
  });

  it('writes an empty request for no spans', () => {
    expect(encodeTraces([], 'protobuf')).toHaveLength(0);
    expect(text(encodeTraces([], 'json'))).toBe('{}');
  });

  it('writes numbers beyond int64, NaN and the infinities as doubles in both encodings', () => {
    const spans = [makeSpan({ attributes: { a: 2 ** 63, b: 1e300, c: Number.NaN, d: -1 / 0, e: 1 / 0 } })];
    const expected = [
      { key: 'a', value: { doubleValue: 2 ** 63 } },
      { key: 'b', value: { doubleValue: 1e300 } },
      { key: 'c', value: { doubleValue: 'NaN' } },
      { key: 'd', value: { doubleValue: '-Infinity' } },
      { key: 'e', value: { doubleValue: 'Infinity' } },
    ];
    const official = ProtobufTraceSerializer.serializeRequest(spans as never) as Uint8Array;
    expect(Buffer.compare(encodeTraces(spans, 'protobuf'), official)).toBe(0);
    expect(attributesOf(decodeRequest(official, 'traces'))).toEqual(expected);
    expect(attributesOf(parse(encodeTraces(spans, 'json')))).toEqual(expected);
    // The official JSON is wrong here: null is no double, and an int64 of 10^300 is none.
    const flawed = attributesOf(JSON.parse(text(JsonTraceSerializer.serializeRequest(spans as never) as Uint8Array)));
    expect(flawed.map(({ value }) => value)).toEqual([
      { intValue: 9223372036854776000 },
      { intValue: 1e300 },
      { doubleValue: null },
      { doubleValue: null },
      { doubleValue: null },
    ]);
  });

  it('writes int64 beyond 2^53 with all digits in JSON, as a string', () => {
    const spans = [makeSpan({ attributes: { a: 2 ** 60 + 2 ** 10, b: -(2 ** 63), c: 9007199254740994 } })];
    expect(attributesOf(JSON.parse(text(encodeTraces(spans, 'json'))))).toEqual([
      { key: 'a', value: { intValue: '1152921504606848000' } },
      { key: 'b', value: { intValue: '-9223372036854775808' } },
      { key: 'c', value: { intValue: '9007199254740994' } },
    ]);
    // The official JSON has numbers, which most readers round.
    const flawed = attributesOf(JSON.parse(text(JsonTraceSerializer.serializeRequest(spans as never) as Uint8Array)));
    expect(flawed[1]?.value).toEqual({ intValue: -9223372036854776000 });
  });

  it('keeps a bigint, which the official serializers write as nothing', () => {
    const spans = [makeSpan({ attributes: { a: 5n, b: -(2n ** 63n), c: 2n ** 63n - 1n, d: 2n ** 63n } })];
    const expected = [
      { key: 'a', value: { intValue: '5' } },
      { key: 'b', value: { intValue: '-9223372036854775808' } },
      { key: 'c', value: { intValue: '9223372036854775807' } },
      { key: 'd', value: { stringValue: '9223372036854775808' } },
    ];
    expect(attributesOf(decodeRequest(encodeTraces(spans, 'protobuf'), 'traces'))).toEqual(expected);
    expect(attributesOf(parse(encodeTraces(spans, 'json')))).toEqual(expected);
    const official = ProtobufTraceSerializer.serializeRequest(spans as never) as Uint8Array;
    expect(attributesOf(decodeRequest(official, 'traces')).map(({ value }) => value)).toEqual([{}, {}, {}, {}]);
  });

  it('replaces lone surrogates in both encodings, as the official protobuf does', () => {
    const spans = [makeSpan({ name: 'a\ud800b', attributes: { 'k\udc00': 'x\ud83d' } })];
    const protobuf = encodeTraces(spans, 'protobuf');
    const official = ProtobufTraceSerializer.serializeRequest(spans as never) as Uint8Array;
    expect(Buffer.compare(protobuf, official)).toBe(0);
    expect(parse(encodeTraces(spans, 'json'))).toEqual(decodeRequest(protobuf, 'traces'));
    expect(text(encodeTraces(spans, 'json'))).toContain('"a\ufffdb"');
  });
});

function attributesOf(request: unknown): Attribute[] {
  const { resourceSpans } = request as { resourceSpans: { scopeSpans: { spans: { attributes: Attribute[] }[] }[] }[] };
  return resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes ?? [];
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

/** The official JSON repeats the address within `Resource`, a message that has no such field. */
function withoutSchemaUrlInResource(bytes: Uint8Array): Uint8Array {
  const request = JSON.parse(text(bytes));
  for (const { resource } of request.resourceSpans) delete resource.schemaUrl;
  return Buffer.from(JSON.stringify(request));
}

function parse(bytes: Uint8Array): unknown {
  return normalise(JSON.parse(text(bytes)));
}
