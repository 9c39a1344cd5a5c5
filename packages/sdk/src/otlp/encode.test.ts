import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { splitBySize } from './encode.ts';
import { type Decoded, decode, spansOf } from './test-support/decode-spans.ts';
import { makeSpan } from './test-support/make-span.ts';
import { recordMany } from './test-support/record-spans.ts';

describe.each(['protobuf', 'json'] as const)('encodeTraces as %s', (encoding) => {
  it('takes the spans of the SDK as they are', () => {
    const spans: readonly ReadableSpan[] = recordMany(2);
    expect(spansOf(decode(spans, encoding)).map(({ name }) => name)).toEqual(['process 0', 'process 1']);
  });

  it('groups spans by resource and scope and keeps their order', () => {
    const [r1, r2] = [{ attributes: { r: 1 } }, { attributes: { r: 2 } }];
    const [s1, s2] = [{ name: 's1' }, { name: 's2' }];
    const spans = [
      makeSpan({ name: 'a', resource: r1, instrumentationScope: s1 }),
      makeSpan({ name: 'b', resource: r2, instrumentationScope: s1 }),
      makeSpan({ name: 'c', resource: r1, instrumentationScope: s2 }),
      makeSpan({ name: 'd', resource: r1, instrumentationScope: s1 }),
    ];
    expect(outline(decode(spans, encoding))).toEqual([
      { r: '1', scopes: ['s1: a d', 's2: c'] },
      { r: '2', scopes: ['s1: b'] },
    ]);
  });

  it('writes the schema addresses of the resource and the scope', () => {
    const resource = { attributes: {}, schemaUrl: 'https://example.com/"1"' };
    const instrumentationScope = { name: 's', schemaUrl: 'https://example.com/ü' };
    expect(decode([makeSpan({ resource, instrumentationScope })], encoding)).toMatchObject({
      resourceSpans: [
        {
          resource: {},
          scopeSpans: [{ scope: { name: 's' }, schemaUrl: 'https://example.com/ü' }],
          schemaUrl: 'https://example.com/"1"',
        },
      ],
    });
  });

  it('uses only those attributes of the resource that are settled', async () => {
    const later = Promise.resolve('eu-central-1');
    const official = resourceFromAttributes({ 'cloud.region': later, a: 1 });
    const plain = { attributes: { 'cloud.region': later, a: 1 } };
    const settled = [{ key: 'a', value: { intValue: '1' } }];
    for (const resource of [official, plain])
      expect(resourceOf(decode([makeSpan({ resource })], encoding))).toEqual(settled);
    await official.waitForAsyncAttributes?.();
    expect(resourceOf(decode([makeSpan({ resource: official })], encoding))).toEqual([
      { key: 'cloud.region', value: { stringValue: 'eu-central-1' } },
      ...settled,
    ]);
  });

  it('writes flags: the trace flags, and whether the parent is remote', () => {
    const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const spans = [
      makeSpan(),
      makeSpan({ parentSpanContext: parent }),
      makeSpan({ parentSpanContext: { ...parent, isRemote: true } }),
      makeSpan({ spanContext: () => ({ ...parent, traceFlags: 0x3ff }) }),
    ];
    expect(spansOf(decode(spans, encoding)).map(({ flags }) => flags)).toEqual([0x101, 0x101, 0x301, 0x1ff]);
  });

  it('leaves out a span that cannot be read and keeps the others', () => {
    const spans = [
      makeSpan({ name: 'before' }),
      makeSpan({ spanContext: fail }),
      makeSpan({ resource: null as never }),
      makeSpan({ links: [null] as never }),
      null as never,
      makeSpan({ name: 'after' }),
    ];
    expect(spansOf(decode(spans, encoding)).map(({ name }) => name)).toEqual(['before', 'after']);
    const bodies = [...splitBySize(spans, encoding)];
    expect(bodies.map(({ dropped, end, start }) => ({ dropped, end, start }))).toEqual([
      { dropped: 4, end: 6, start: 0 },
    ]);
  });

  it('writes odd times as valid ones, or as unknown', () => {
    const times: [number, number][] = [
      [0, 0],
      [0, 5],
      [1, 1_500_000_000],
      [2, -1],
      [1.9, 7.9],
      [4_294_967_295, 999_999_999],
      [4_294_967_296, 0],
      [-1, 0],
      [Number.NaN, 1],
      [1, Number.NaN],
      [Number.POSITIVE_INFINITY, 0],
    ];
    const spans = times.map((startTime) => makeSpan({ startTime }));
    expect(spansOf(decode(spans, encoding)).map(({ startTimeUnixNano }) => startTimeUnixNano)).toEqual([
      '0',
      '5',
      '2500000000',
      '1999999999',
      '1000000007',
      '4294967295999999999',
      ...Array.from({ length: 5 }, () => '0'),
    ]);
  });

  it('writes ids in either case, and what it can of those that are none', () => {
    const odd = ['', 'xyz', 'a', '0af"\\', 12, undefined];
    for (const id of odd) {
      const spans = [
        makeSpan({ spanContext: () => ({ traceId: id, spanId: id, traceFlags: 1 }) as never }),
        makeSpan(),
      ];
      expect(spansOf(decode(spans, encoding)).at(-1)?.name).toBe('GET /pets');
    }
    const upper = { traceId: 'ABCDEF0123456789'.repeat(2), spanId: 'FEDCBA9876543210', traceFlags: 1 };
    const [span] = spansOf(decode([makeSpan({ spanContext: () => upper })], encoding));
    expect(span?.traceId.toLowerCase()).toBe(upper.traceId.toLowerCase());
  });
});

function resourceOf(request: Decoded): unknown {
  return request.resourceSpans[0]?.resource.attributes;
}

function outline({ resourceSpans }: Decoded): unknown {
  return resourceSpans.map(({ resource, scopeSpans }) => ({
    r: resource.attributes[0]?.value.intValue,
    scopes: scopeSpans.map(({ scope, spans }) => `${scope.name}: ${spans.map(({ name }) => name).join(' ')}`),
  }));
}

function fail(): never {
  throw new Error('no');
}
