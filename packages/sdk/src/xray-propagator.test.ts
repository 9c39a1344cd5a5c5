import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { xrayPropagator } from './xray-propagator.ts';

const TRACE = '5759e988bd862e3fe1be46a994272793';
const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const LINEAGE = 'Lineage=a87bd80c:1|68fd508a:5|c512fbe3:2';
const own: SpanContext = { traceId: TRACE, spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED };

describe('xrayPropagator', () => {
  it.each(['X-Amzn-Trace-Id', 'x-amzn-trace-id'])('reads a parent from the header %s', (name) => {
    const context = extract({ [name]: `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1;${LINEAGE}` });
    expect(trace.getSpanContext(context)).toStrictEqual({
      traceId: TRACE,
      spanId: '53995c3f42cd8ad8',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
  });

  it.each([
    undefined,
    '',
    'nonsense',
    `${ROOT};Sampled=1`,
    'Root=1-00000000-000000000000000000000000;Parent=53995c3f42cd8ad8;Sampled=1',
    `${ROOT};Parent=0000000000000000;Sampled=1`,
  ])('gives the context back untouched for %j', (header) => {
    expect(extract({ 'x-amzn-trace-id': header })).toBe(ROOT_CONTEXT);
  });

  it('reads the first of several headers', () => {
    const context = extract({ 'x-amzn-trace-id': [`${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`, 'nonsense'] });
    expect(trace.getSpanContext(context)?.spanId).toBe('53995c3f42cd8ad8');
  });

  it('leaves a valid parent alone and still keeps the lineage', () => {
    const context = extract({ 'x-amzn-trace-id': `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1;${LINEAGE}` }, within(own));
    expect(trace.getSpanContext(context)).toBe(own);
    expect(inject(context)).toStrictEqual({ 'X-Amzn-Trace-Id': `${ROOT};Parent=${own.spanId};Sampled=1;${LINEAGE}` });
  });

  it('takes the place of a parent that is not valid', () => {
    const invalid = within({ ...own, spanId: '0000000000000000' });
    const context = extract({ 'x-amzn-trace-id': `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1` }, invalid);
    expect(trace.getSpanContext(context)?.spanId).toBe('53995c3f42cd8ad8');
  });

  it.each([
    ['Sampled=1', TraceFlags.SAMPLED, 'Sampled=1'],
    ['Sampled=1', TraceFlags.NONE, 'Sampled=0'],
    ['Sampled=0', TraceFlags.SAMPLED, 'Sampled=0'],
    ['Sampled=0', TraceFlags.NONE, 'Sampled=0'],
    ['Sampled=?', TraceFlags.SAMPLED, 'Sampled=1'],
  ])('hands on %s, with the flags %d of our span, as %s', (incoming, traceFlags, outgoing) => {
    const arrived = extract({ 'x-amzn-trace-id': `${ROOT};Parent=53995c3f42cd8ad8;${incoming}` });
    const header = `${ROOT};Parent=${own.spanId};${outgoing}`;
    expect(inject(within({ ...own, traceFlags }, arrived))).toStrictEqual({ 'X-Amzn-Trace-Id': header });
  });

  it('writes nothing without a valid span, or while tracing is suppressed', () => {
    const invalid = within({ ...own, traceId: '0'.repeat(32) });
    expect([inject(ROOT_CONTEXT), inject(invalid), inject(suppressTracing(within(own)))]).toStrictEqual([{}, {}, {}]);
  });

  it('names its header', () => {
    expect(xrayPropagator.fields()).toStrictEqual(['X-Amzn-Trace-Id']);
  });
});

function extract(carrier: unknown, context: Context = ROOT_CONTEXT): Context {
  return xrayPropagator.extract(context, carrier, defaultTextMapGetter);
}

function inject(context: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  xrayPropagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function within(spanContext: SpanContext, context: Context = ROOT_CONTEXT): Context {
  return trace.setSpanContext(context, spanContext);
}
