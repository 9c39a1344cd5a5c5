import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { b3MultiPropagator, b3Propagator } from './b3-propagator.ts';
import {
  expectNothingWhenSuppressed,
  expectSameReading,
  type Found,
  header,
  hostile,
  id,
  NOTHING,
  passOn,
  pieces,
  RUNS,
  read,
  spanContext,
  textOf,
  write,
} from './propagators.fixture.ts';

const single = new B3Propagator();
const multi = new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });
const encodings = [
  ['b3', b3Propagator, single],
  ['b3multi', b3MultiPropagator, multi],
] as const;

const TRACE = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN = 'e457b5a2e4d86bd1';
const PARENT = '05e3ac9a4f6e3b90';

const traceId = fc.oneof(id(32), id(16));
const decision = fc.constantFrom('0', '1', 'd', 'true', 'false', 'True', 'False', '', 'x', 'constructor');
const oneHeader = fc.oneof(
  fc
    .tuple(traceId, id(16), fc.constantFrom('', '-0', '-1', '-d'), fc.constantFrom('', `-${PARENT}`))
    // In ids that are malformed the library finds others: see the tests of their own.
    .filter(([trace128, span]) => /^(?:[\da-f]{16}){1,2}$/.test(trace128) && span.length === 16)
    .map(([trace128, span, ...rest]) => `${trace128}-${span}${rest.join('')}`),
  fc.constantFrom('0', '1', 'd', ''),
);
const oneOf = header(oneHeader);
const manyHeaders = {
  'x-b3-traceid': header(traceId),
  'x-b3-spanid': header(id(16)),
  'x-b3-sampled': header(decision),
  'x-b3-flags': header(fc.constantFrom('1', '0', '', 'd')),
  'x-b3-parentspanid': header(id(16)),
};
const carrier = fc.oneof(
  fc.record({ b3: oneOf }),
  fc.record(manyHeaders, { requiredKeys: ['x-b3-traceid', 'x-b3-spanid'] }),
  fc.record({ b3: oneOf, ...manyHeaders }, { requiredKeys: [] }),
);

describe.each(encodings)('the propagator %s', (_, ours, library) => {
  it('reads headers as the library does, ids in lower case', () => {
    fc.assert(
      fc.property(carrier, (headers) => {
        expect(read(ours, headers)).toStrictEqual(lowered(read(library, textOf(headers))));
      }),
      RUNS,
    );
  });

  it('reads of any text what the library reads, or nothing', () => {
    const text = pieces(TRACE, SPAN, '-', '-1', '-d', `${TRACE}-${SPAN}`, `${SPAN}-${SPAN}-0`, ' ');
    fc.assert(
      fc.property(header(text), (b3) => {
        const found = read(ours, { b3 });
        if (found.span !== undefined) expect(found).toStrictEqual(read(library, { b3 }));
      }),
      RUNS,
    );
  });

  it('reads the text, and that alone, of carriers that hold anything', () => {
    const any = {
      b3: hostile(oneHeader),
      'x-b3-traceid': fc.oneof(fc.constant(TRACE), hostile(traceId)),
      'x-b3-spanid': fc.oneof(fc.constant(SPAN), hostile(id(16))),
      'x-b3-sampled': hostile(decision),
      'x-b3-flags': hostile(decision),
    };
    fc.assert(
      fc.property(fc.record(any, { requiredKeys: [] }), (headers) => {
        expect(read(ours, headers)).toStrictEqual(read(ours, textOf(headers)));
      }),
      RUNS,
    );
    expect(read(ours, undefined as never)).toStrictEqual(NOTHING);
  });

  it('writes headers as the library does', () => {
    fc.assert(
      fc.property(spanContext, (span) => {
        const context = trace.setSpanContext(ROOT_CONTEXT, span);
        expect(write(ours, context)).toStrictEqual(write(library, context));
      }),
      RUNS,
    );
    expect(write(ours, ROOT_CONTEXT)).toStrictEqual({});
  });

  it('writes nothing where tracing is suppressed, and names the fields of the library', () => {
    const span = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
    expectNothingWhenSuppressed(ours, trace.setSpanContext(ROOT_CONTEXT, span));
    expect(ours.fields()).toStrictEqual(library.fields());
  });
});

describe('B3', () => {
  it('passes debug on in either encoding, where the library makes it an ordinary decision in the other', () => {
    const one = { b3: `${TRACE}-${SPAN}-d` };
    const many = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-flags': '1' };
    expect(passOn(single, many)).toStrictEqual({ b3: `${TRACE}-${SPAN}-1` });
    for (const headers of [one, many]) {
      expect(passOn(b3Propagator, headers)).toStrictEqual(one);
      expect(passOn(b3MultiPropagator, headers)).toStrictEqual(many);
    }
  });

  it('forgets the debug flag of another trace, where the library keeps it', () => {
    const read = (propagator: typeof b3Propagator | B3Propagator): string => {
      const get = { get: (carrier: string) => carrier, keys: () => ['b3'] };
      const before = propagator.extract(ROOT_CONTEXT, `${TRACE}-${SPAN}-d`, get);
      return String(write(propagator, propagator.extract(before, `${TRACE}-${PARENT}-0`, get)).b3);
    };
    expect(read(single)).toBe(`${TRACE}-${PARENT}-d`);
    expect(read(b3Propagator)).toBe(`${TRACE}-${PARENT}-0`);
  });

  it.each([`f${TRACE}-${SPAN}-1`, `${TRACE}-${SPAN}f-1`, `${TRACE}-${SPAN}-1-x`, `x-${TRACE}-${SPAN}`])(
    'does not read %s, in which the library finds a trace that nobody sent',
    (b3) => {
      expect(read(single, { b3 }).span).toMatchObject({ spanId: SPAN });
      expect(read(b3Propagator, { b3 })).toStrictEqual(NOTHING);
    },
  );

  it('lowers capitals in ids, which the library passes on and so writes an invalid traceparent', () => {
    const headers = { 'x-b3-traceid': TRACE.toUpperCase(), 'x-b3-spanid': SPAN.toUpperCase() };
    expect(read(single, headers).span).toMatchObject({ traceId: TRACE.toUpperCase(), spanId: SPAN.toUpperCase() });
    expect(read(b3Propagator, headers).span).toMatchObject({ traceId: TRACE, spanId: SPAN });
  });

  it('pads trace ids of 64 bits', () => {
    expect(passOn(b3Propagator, { b3: `${SPAN}-${PARENT}-1` })).toStrictEqual({
      b3: `0000000000000000${SPAN}-${PARENT}-1`,
    });
  });

  it.each([{ b3: '0' }, { b3: 'd' }, { 'x-b3-sampled': '0' }, { 'x-b3-flags': '1' }])(
    'reads nothing of the decision %j without ids',
    (headers) => expectSameReading(b3Propagator, single, headers),
  );
});

function lowered({ span, ...found }: Found): Found {
  const ids = span && { traceId: span.traceId.toLowerCase(), spanId: span.spanId.toLowerCase() };
  return { ...found, span: span && { ...span, ...ids } };
}
