import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { complaintsOf } from './env.fixture.ts';
import type { PropagatorName } from './env.ts';
import { makePropagator } from './propagators.ts';

const TRACE = '5759e988bd862e3fe1be46a994272793';
const SPAN = '53995c3f42cd8ad8';
const OTHER = '00f067aa0ba902b7';
const W3C = `00-${TRACE}-${SPAN}-01`;
const B3 = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, 'x-b3-sampled': '1' };
const XRAY = `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${SPAN};Sampled=1`;
const spanContext = { traceId: TRACE, spanId: SPAN, traceFlags: TraceFlags.SAMPLED };

describe('makePropagator', () => {
  it.each<[PropagatorName[], object]>([
    [[], {}],
    [['tracecontext'], { traceparent: W3C }],
    [['baggage'], { baggage: 'user=7' }],
    [['b3'], { b3: `${TRACE}-${SPAN}-1` }],
    [['b3multi'], B3],
    [['xray'], { 'X-Amzn-Trace-Id': XRAY }],
    [['xray-lambda'], { 'X-Amzn-Trace-Id': XRAY }],
    [['tracecontext', 'baggage', 'xray'], { traceparent: W3C, baggage: 'user=7', 'X-Amzn-Trace-Id': XRAY }],
  ])('writes and reads the headers of %j', (names, headers) => {
    const baggage = propagation.createBaggage({ user: { value: '7' } });
    const context = trace.setSpanContext(propagation.setBaggage(ROOT_CONTEXT, baggage), spanContext);
    const propagator = makePropagator(names);
    const carrier = {};
    propagator.inject(context, carrier, defaultTextMapSetter);
    expect(carrier).toStrictEqual(headers);
    expect(propagator.fields()).toStrictEqual(expect.arrayContaining(Object.keys(headers)));

    const arrived = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    const tracing = names.some((name) => name !== 'baggage');
    expect(trace.getSpanContext(arrived)).toStrictEqual(tracing ? { ...spanContext, isRemote: true } : undefined);
    const user = propagation.getBaggage(arrived)?.getEntry('user')?.value;
    expect(user).toBe(names.includes('baggage') ? '7' : undefined);
  });

  it.each<[PropagatorName[]]>([[['xray', 'tracecontext']], [['tracecontext', 'xray']]])(
    'puts W3C before X-Ray in the order %j',
    (names) => {
      const carrier = { traceparent: W3C, 'x-amzn-trace-id': XRAY.replace(SPAN, OTHER) };
      const context = makePropagator(names).extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
      expect(trace.getSpanContext(context)?.spanId).toBe(SPAN);
    },
  );

  it('takes propagators of the application, behind a parent in a standard header', () => {
    const fields = ['x-acme-trace'];
    const acme: TextMapPropagator = {
      inject: (context, carrier, setter) =>
        setter.set(carrier, 'x-acme-trace', `${trace.getSpanContext(context)?.spanId}`),
      extract: (context, carrier, getter) =>
        getter.get(carrier, 'x-acme-trace')
          ? trace.setSpanContext(context, { ...spanContext, spanId: OTHER })
          : context,
      fields: () => fields,
    };
    const propagator = makePropagator(['tracecontext'], [acme, acme]);
    const spanIdIn = (carrier: object): string | undefined =>
      trace.getSpanContext(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))?.spanId;
    expect(spanIdIn({ 'x-acme-trace': '1' })).toBe(OTHER);
    expect(spanIdIn({ 'x-acme-trace': '1', traceparent: W3C })).toBe(SPAN);
    const written = {};
    propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), written, defaultTextMapSetter);
    expect(written).toStrictEqual({ 'x-acme-trace': SPAN, traceparent: W3C });
    expect(propagator.fields()).toStrictEqual([...fields, 'traceparent', 'tracestate']);
  });

  it('is one propagator for xray and xray-lambda', () => {
    expect(makePropagator(['xray', 'xray-lambda']).fields()).toStrictEqual(['X-Amzn-Trace-Id']);
  });

  it('survives carriers that throw, and says so once', () => {
    const fail = (): never => {
      throw new Error('no carrier');
    };
    const { result, complaints } = complaintsOf((): Context => {
      const propagator = makePropagator(['tracecontext', 'b3']);
      propagator.inject(trace.setSpanContext(ROOT_CONTEXT, spanContext), {}, { set: fail });
      return propagator.extract(ROOT_CONTEXT, {}, { get: fail, keys: fail });
    });
    expect(result).toBe(ROOT_CONTEXT);
    expect(complaints).toStrictEqual(
      ['inject_failed', 'extract_failed'].map((code) => ({
        code,
        message: 'tracelet: A propagator failed with Error: no carrier',
        remedy: 'The invocation went on without it; mend or remove it.',
      })),
    );
  });
});
