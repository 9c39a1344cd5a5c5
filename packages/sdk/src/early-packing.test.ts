import { shared } from '@tracelet/core';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeDelivery } from './delivery.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import { encodeTraces } from './otlp/encode.ts';
import type { OtlpEncoding, OtlpSpan } from './otlp/otlp-data.ts';
import type { PostResult } from './otlp/post.ts';
import { decodeBytes, spansOf } from './otlp/test-support/decode-spans.ts';
import { makeSpan } from './otlp/test-support/make-span.ts';

// Of more than 256 spans all but the newest are encoded while the invocation still runs.

beforeEach(() => {
  shared().troubles.clear();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => void vi.restoreAllMocks().useRealTimers());

interface Opened {
  readonly delivery: ReturnType<typeof makeDelivery>;
  readonly ledger: Ledger;
  readonly bodies: Uint8Array[];
}

function open(encoding: OtlpEncoding, parts: { maxBytes?: number; retainBytes?: number; result?: PostResult }): Opened {
  const { maxBytes, result = { status: 'acknowledged' }, retainBytes } = parts;
  const bodies: Uint8Array[] = [];
  const ledger = makeLedger();
  const traces = {
    name: 'test',
    encoding,
    ...(maxBytes !== undefined && { maxBytes }),
    send: (body: Uint8Array): Promise<PostResult> => {
      bodies.push(body);
      return Promise.resolve(result);
    },
  };
  const common = { resource: { attributes: {} }, logScope: { name: 'log' }, timeoutMs: 1000, ledger, retainBytes };
  return { delivery: makeDelivery({ traces, logs: undefined, ...common }), ledger, bodies };
}

const spanOf = (index: number, sizeBytes: number): OtlpSpan =>
  makeSpan({ name: `span ${index}`, attributes: { index, filler: 'x'.repeat(sizeBytes) } });

const decoded = (bodies: readonly Uint8Array[], encoding: OtlpEncoding): readonly { name: string }[] =>
  bodies.flatMap((body) => spansOf(decodeBytes(body, encoding)) as { name: string }[]);

describe.each(['protobuf', 'json'] as const)('spans that are packed early as %s', (encoding) => {
  it('arrive whole, 1,000 of them, the one that ended last first of all, in bodies within the limit', async () => {
    const maxBytes = 32 * 1024;
    const { bodies, delivery, ledger } = open(encoding, { maxBytes });
    for (let index = 0; index < 1000; index += 1) delivery.addSpan(spanOf(index, 200));
    expect(ledger.counts()).toEqual({ produced: 1000, delivered: 0, retained: 1000, dropped: {} });
    await delivery.flush(Infinity);
    expect(ledger.counts()).toEqual({ produced: 1000, delivered: 1000, retained: 0, dropped: {} });
    expect(bodies.length).toBeGreaterThan(5);
    expect(Math.max(...bodies.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(maxBytes);
    const names = decoded(bodies, encoding).map(({ name }) => name);
    expect(names[0]).toBe('span 999');
    expect([...names].sort()).toEqual(Array.from({ length: 1000 }, (_, index) => `span ${index}`).sort());
    // The next invocation starts with nothing left over.
    delivery.addSpan(spanOf(1000, 10));
    await delivery.flush(Infinity);
    expect(decoded(bodies.slice(-1), encoding).map(({ name }) => name)).toEqual(['span 1000']);
  });

  it('are the same spans as encoded at once, whatever their number, size and the limit; what is too large is counted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 20, arbitrary: fc.nat(60) }, fc.constant(5000)), { minLength: 1, maxLength: 12 }),
        fc.oneof(fc.nat(1200), fc.constantFrom(255, 256, 257, 258, 511, 512, 513)),
        fc.constantFrom(2000, 20_000, 1e6),
        async (sizes, count, maxBytes) => {
          const spans = Array.from({ length: count }, (_, index) => spanOf(index, sizes[index % sizes.length] ?? 0));
          const { bodies, delivery, ledger } = open(encoding, { maxBytes });
          for (const span of spans) delivery.addSpan(span);
          await delivery.flush(Infinity);
          const fitting = spans.filter(({ attributes }) => maxBytes > 2000 || String(attributes.filler).length < 5000);
          const atOnce = fitting.length === 0 ? [] : decoded([encodeTraces(fitting, encoding)], encoding);
          const byName = (list: readonly { name: string }[]): object =>
            Object.fromEntries(list.map((span) => [span.name, span]));
          const arrived = decoded(bodies, encoding);
          expect(arrived).toHaveLength(fitting.length);
          expect(byName(arrived)).toEqual(byName(atOnce));
          if (spans.at(-1) === fitting.at(-1)) expect(arrived[0]?.name).toBe(spans.at(-1)?.name);
          const tooLarge = count - fitting.length;
          expect(ledger.counts()).toEqual({
            produced: count,
            delivered: fitting.length,
            retained: 0,
            dropped: tooLarge > 0 ? { too_large: tooLarge } : {},
          });
          for (const { byteLength } of bodies) expect(byteLength).toBeLessThanOrEqual(maxBytes);
        },
      ),
      { numRuns: 40 },
    );
  }, 30_000);
});

it('keeps to the bound in bytes while the backend is left alone, however many spans an invocation packs early', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const result: PostResult = { status: 'retryable', reason: 'refused', message: 'later', retryAfterMs: 3_600_000 };
  const { delivery, ledger } = open('protobuf', { retainBytes: 300_000, result });
  // After each flush one span is left that is not packed, or so few that they are not worth a body of their own.
  for (const count of [1, 257, ...Array(60).fill(256)]) {
    for (let index = 0; index < count; index += 1) delivery.addSpan(spanOf(index, 200));
    await delivery.flush(Infinity);
  }
  const { dropped, produced, retained } = ledger.counts();
  expect(retained + (dropped.buffer_full ?? 0)).toBe(produced);
  expect(retained).toBeLessThan(1500);
});
