import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeTraces } from './encode.ts';
import type { OtlpSpan } from './otlp-data.ts';
import { decodeRequest, normalise } from './test-support/decode-wire.ts';
import { makeSpan } from './test-support/make-span.ts';

const hex = (digit: string, count: number): string => digit.repeat(count);
const parents = ['1', '2'].map((digit) => ({ traceId: hex(digit, 32), spanId: hex(digit, 16), traceFlags: 1 }));
const odd = { traceId: 'a', spanId: 'b', traceFlags: 1 };

/** The first, but for every tenth. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** Few values of each part, so that many a span is like the one before it. */
const span = fc
  .record({
    context: fc.record({
      traceId: mostly(hex('1', 32), hex('2', 32), 'a'),
      spanId: fc.constantFrom(hex('3', 16), hex('4', 16), hex('z', 16), 'b'),
      traceFlags: mostly(1, 0),
      traceState: mostly(undefined, { serialize: () => 'a=b' }),
    }),
    parentSpanContext: mostly(parents[0], parents[1], undefined, odd),
    name: mostly('process orders', 'GET', 'é'.repeat(200)),
    kind: mostly(4, 0),
    startTime: fc.constantFrom<[number, number][]>([1, 2], [1_800_000_000, 999_999_999], [-1, 0]),
    endTime: fc.constantFrom<[number, number][]>([3, 4], [1_800_000_001, 0]),
    attributes: fc
      .record(
        {
          first: fc.constantFrom<unknown[]>('a', 0, -0, Number.NaN, undefined, 1n, true),
          second: fc.constantFrom<unknown[]>('b', 'c', ['d'], null),
          third: fc.constantFrom<unknown[]>(1, 2, 'x'.repeat(300)),
        },
        { requiredKeys: [] },
      )
      .map((given) => given as Record<string, unknown>),
    events: mostly([], [{ time: [1, 2] as [number, number], name: 'event' }]),
    links: mostly([], [{ context: parents[0] as (typeof parents)[0] }]),
    status: mostly<OtlpSpan['status']>(
      { code: 0 },
      { code: 1 },
      { code: 0, message: 'm' },
      { code: 2, message: 'bad' },
    ),
    droppedAttributesCount: mostly(0, 3),
    droppedEventsCount: mostly(0, 1),
    droppedLinksCount: mostly(0, 1),
  })
  .map(({ context, ...rest }) => ({ ...makeSpan(rest as never), spanContext: () => context }) as OtlpSpan);

const spansOf = (request: unknown): readonly unknown[] =>
  (request as { resourceSpans?: { scopeSpans: { spans: unknown[] }[] }[] }).resourceSpans?.[0]?.scopeSpans[0]?.spans ??
  [];

it.each(['protobuf', 'json'] as const)('writes a span after others as it writes it alone, as %s', (encoding) => {
  const read = (spans: readonly OtlpSpan[]): readonly unknown[] => {
    const bytes = encodeTraces(spans, encoding);
    return spansOf(
      encoding === 'json' ? normalise(JSON.parse(Buffer.from(bytes).toString())) : decodeRequest(bytes, 'traces'),
    );
  };
  fc.assert(
    fc.property(fc.array(span, { maxLength: 20 }), (spans) => {
      expect(read(spans)).toEqual(spans.flatMap((one) => read([one])));
    }),
    { numRuns: 200 },
  );
});
