import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  expectNothingWhenSuppressed,
  expectSameReading,
  header,
  hex,
  hostile,
  id,
  NOTHING,
  passOn,
  pieces,
  RUNS,
  read,
  spanContext,
  write,
} from './propagators.fixture.ts';
import { parseTraceState } from './trace-state.ts';
import { w3cPropagator } from './w3c-propagator.ts';

const library = new W3CTraceContextPropagator();
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const START = `00-${TRACE}-${SPAN}`;

const version = fc.oneof(fc.constantFrom('00', '00', '00', '01', 'cc', 'fe', 'ff', '0', '000', 'FE'), hex(2));
const rest = fc.oneof(
  { arbitrary: fc.constant(''), weight: 4 },
  fc.constantFrom('-', '-x', '-\n', 'x', ' ', '\n', '  '),
);
const parent = fc
  .tuple(fc.constantFrom('', '', '', ' ', '\t', '  '), version, id(32), id(16), id(2), rest)
  .map(([before, first, traceId, spanId, flags, after]) => `${before}${first}-${traceId}-${spanId}-${flags}${after}`);
const anyParent = pieces('00', '-', TRACE, SPAN, `${START}-01`, '01', 'ff', ' ');
const state = pieces('a=1', 'b@c=2', ',', ' ', '=', 'a=');

describe('w3cPropagator', () => {
  it('reads headers as the library does', () => {
    const carrier = fc.record({ traceparent: header(parent), tracestate: header(state) });
    fc.assert(
      fc.property(carrier, (headers) => expectSameReading(w3cPropagator, library, headers)),
      RUNS,
    );
  });

  it('reads arbitrary text as the library does', () => {
    const carrier = fc.record({
      traceparent: header(fc.oneof(anyParent, fc.string())),
      tracestate: header(fc.string()),
    });
    fc.assert(
      fc.property(carrier, (headers) => expectSameReading(w3cPropagator, library, headers)),
      RUNS,
    );
  });

  it('reads the text, and that alone, of carriers that hold anything', () => {
    const carrier = fc.record({
      traceparent: fc.oneof(fc.constant(`${START}-01`), hostile(parent)),
      tracestate: hostile(state),
    });
    fc.assert(
      fc.property(carrier, (headers) => expectSameReading(w3cPropagator, library, headers)),
      RUNS,
    );
    expect(read(w3cPropagator, undefined as never)).toStrictEqual(NOTHING);
  });

  it('writes headers as the library does, but for unknown flags and an empty trace state', () => {
    const states = fc.option(state.map(parseTraceState), { nil: undefined });
    fc.assert(
      fc.property(spanContext, states, (span, traceState) => {
        const given = { ...span, ...(traceState && { traceState }) };
        const known = { ...span, traceFlags: span.traceFlags & 3, ...(traceState?.serialize() && { traceState }) };
        expect(write(w3cPropagator, trace.setSpanContext(ROOT_CONTEXT, given))).toStrictEqual(
          write(library, trace.setSpanContext(ROOT_CONTEXT, known)),
        );
      }),
      RUNS,
    );
    expect(write(w3cPropagator, ROOT_CONTEXT)).toStrictEqual({});
  });

  it('sends flags that the specification does not know as zero, where the library writes an invalid header', () => {
    const headers = { traceparent: `${START}-ff` };
    expect(passOn(library, headers)).toStrictEqual({ traceparent: `${START}-0ff` });
    expect(passOn(w3cPropagator, headers)).toStrictEqual({ traceparent: `${START}-03` });
  });

  it('sends no empty trace state, which the specification says to avoid and the library does', () => {
    const headers = { traceparent: `${START}-01`, tracestate: ',' };
    expect(passOn(library, headers)).toStrictEqual({ ...headers, tracestate: '' });
    expect(passOn(w3cPropagator, headers)).toStrictEqual({ traceparent: `${START}-01` });
  });

  it('passes a trace on, its state in order', () => {
    const headers = { traceparent: `${START}-01`, tracestate: 'z=1,b@c=2,a=3' };
    expect(passOn(w3cPropagator, headers)).toStrictEqual(headers);
    expect(passOn(w3cPropagator, { ...headers, tracestate: ['z=1', ' b@c=2 , a=3'] })).toStrictEqual(headers);
  });

  it('writes nothing where tracing is suppressed, and names the fields of the library', () => {
    const span = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
    expectNothingWhenSuppressed(w3cPropagator, trace.setSpanContext(ROOT_CONTEXT, span));
    expect(w3cPropagator.fields()).toStrictEqual(library.fields());
  });
});
