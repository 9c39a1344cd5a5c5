import { describe, expect, it } from 'vitest';
import { DEFAULT_MAX_BYTES, encodeTraces, type OtlpBody, splitBySize } from './encode.ts';
import type { OtlpEncoding, OtlpSpan } from './otlp-data.ts';
import { decodeBytes, spansOf } from './test-support/decode-spans.ts';
import { makeSpan } from './test-support/make-span.ts';
import { recordCorpus, recordMany } from './test-support/record-spans.ts';

describe.each(['protobuf', 'json'] as const)('splitBySize as %s', (encoding) => {
  it('yields nothing for no spans', () => {
    expect([...splitBySize([], encoding)]).toEqual([]);
  });

  it('yields one body, equal to encodeTraces, where all fits', () => {
    const spans = recordCorpus();
    const body = only([...splitBySize(spans, encoding)]);
    expect(Buffer.compare(body.bytes, encodeTraces(spans, encoding))).toBe(0);
    expect({ start: body.start, end: body.end, dropped: body.dropped }).toEqual({
      start: 0,
      end: spans.length,
      dropped: 0,
    });
  });

  it('yields bodies within the limit that cover every span once and in order', () => {
    const spans = recordMany(10_000);
    const maxBytes = 256 * 1024;
    const bodies = [...splitBySize(spans, encoding, maxBytes)];
    expect(bodies.length).toBeGreaterThan(5);
    for (const { bytes } of bodies) {
      expect(bytes.length).toBeLessThanOrEqual(maxBytes);
      expect(bytes.length).toBeGreaterThan(maxBytes * (bytes === bodies.at(-1)?.bytes ? 0 : 0.9));
    }
    let next = 0;
    for (const { bytes, dropped, end, start } of bodies) {
      expect({ start, dropped }).toEqual({ start: next, dropped: 0 });
      expect(Buffer.compare(bytes, encodeTraces(spans.slice(start, end), encoding))).toBe(0);
      next = end;
    }
    expect(next).toBe(10_000);
  });

  it('yields several bodies of at most 4 MiB for 10,000 large spans by default', () => {
    const spans = Array.from({ length: 10_000 }, (_, i) => makeSpan({ attributes: { text: 'x'.repeat(500), i } }));
    const bodies = [...splitBySize(spans, encoding)];
    expect(bodies.length).toBeGreaterThan(1);
    for (const { bytes } of bodies) expect(bytes.length).toBeLessThanOrEqual(DEFAULT_MAX_BYTES);
    expect(bodies.at(-1)?.end).toBe(10_000);
  });

  it('keeps the limit where many resources, scopes and schema addresses are involved', () => {
    const spans = Array.from({ length: 200 }, (_, i) => {
      const schemaUrl = `https://example.com/${'"'.repeat(i)}`;
      return makeSpan({
        resource: { attributes: { i }, schemaUrl },
        instrumentationScope: { name: `scope ${i}`, schemaUrl },
      });
    });
    const bodies = [...splitBySize(spans, encoding, 5000)];
    for (const { bytes } of bodies) expect(bytes.length).toBeLessThanOrEqual(5000);
    expect(bodies.reduce((sum, { dropped, end, start }) => sum + end - start - dropped, 0)).toBe(200);
  });

  it('leaves out a span that exceeds the limit by itself, and counts it', () => {
    const large = makeSpan({ name: 'large', attributes: { text: 'x'.repeat(5000) } });
    const small = (name: string): OtlpSpan => makeSpan({ name });
    const spans = [large, small('a'), small('b'), large, small('c'), large, large];
    const bodies = [...splitBySize(spans, encoding, 3000)];
    expect(bodies.map(({ bytes, dropped, end, start }) => [namesOf(bytes, encoding), start, end, dropped])).toEqual([
      [['a', 'b'], 0, 3, 1],
      [['c'], 3, 5, 1],
      [[], 5, 7, 2],
    ]);
    expect(bodies[2]?.bytes).toHaveLength(0);
  });
});

function namesOf(bytes: Uint8Array, encoding: OtlpEncoding): string[] {
  return bytes.length === 0 ? [] : spansOf(decodeBytes(bytes, encoding)).map(({ name }) => name);
}

function only(bodies: OtlpBody[]): OtlpBody {
  expect(bodies).toHaveLength(1);
  return bodies[0] as OtlpBody;
}
