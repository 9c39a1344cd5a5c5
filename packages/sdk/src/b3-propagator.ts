import {
  type Context,
  createContextKey,
  isSpanContextValid,
  type TextMapPropagator,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isSuppressed } from '@tracelet/core';
import { headerTexts } from './header-texts.ts';
import { validSpanContext } from './valid-span-context.ts';

type Writer = (traceId: string, spanId: string, state: string) => Readonly<Record<string, string>>;

const SINGLE = 'b3';
const TRACE_ID = 'x-b3-traceid';
const SPAN_ID = 'x-b3-spanid';
const FLAGS = 'x-b3-flags';
const SAMPLED = 'x-b3-sampled';

const FORMAT = /^\s?((?:[\da-f]{16}){1,2})-([\da-f]{16})(?:-([01d]))?(?:-[\da-f]{16})?\s?$/;
// The words are what some tracers wrote before there was a specification. No decision: the receiver's to make.
const ACCEPTED: readonly (string | undefined)[] = ['1', 'true', 'True'];
const DENIED: readonly (string | undefined)[] = ['0', 'false', 'False', undefined];

/** Set where the caller forced the trace: that is more than sampled, and goes on to the next service. */
const DEBUG = createContextKey('tracelet B3 debug');

/**
 * Carries the trace in the one header `b3`; reads `X-B3-*` too, where there is no `b3`. A sampling decision without ids
 * is left alone: OpenTelemetry has no place for it.
 *
 * @see https://github.com/openzipkin/b3-propagation
 */
export const b3Propagator: TextMapPropagator = makePropagator([SINGLE], (traceId, spanId, state) => ({
  [SINGLE]: `${traceId}-${spanId}-${state}`,
}));

/** Reads as {@link b3Propagator} does, and writes the headers `X-B3-*`. Never the parent's: ours is not the caller's. */
export const b3MultiPropagator: TextMapPropagator = makePropagator(
  [TRACE_ID, SPAN_ID, FLAGS, SAMPLED, 'x-b3-parentspanid'],
  (traceId, spanId, state) => ({
    [TRACE_ID]: traceId,
    [SPAN_ID]: spanId,
    ...(state === 'd' ? { [FLAGS]: '1' } : { [SAMPLED]: state }),
  }),
);

function makePropagator(fields: string[], write: Writer): TextMapPropagator {
  return {
    inject(context, carrier, setter) {
      const spanContext = validSpanContext(context);
      if (spanContext === undefined || isSuppressed(context)) return;
      const { traceId, spanId, traceFlags } = spanContext;
      const state = context.getValue(DEBUG) ? 'd' : `${traceFlags & TraceFlags.SAMPLED}`;
      for (const [name, value] of Object.entries(write(traceId, spanId, state))) setter.set(carrier, name, value);
    },
    extract: (context, carrier, getter) => extract(context, (name) => headerTexts(carrier, getter, name)[0]),
    fields: () => fields,
  };
}

function extract(context: Context, read: (name: string) => string | undefined): Context {
  const single = read(SINGLE);
  const [, traceId = '', spanId = '', decision] = single
    ? (FORMAT.exec(single) ?? [])
    : ['', read(TRACE_ID), read(SPAN_ID), read(SAMPLED)];
  const isDebug = single ? decision === 'd' : read(FLAGS) === '1';
  const isSampled = isDebug || ACCEPTED.includes(decision);
  const spanContext = {
    // Lower case, because that is how ids are compared and what `traceparent` asks for.
    traceId: traceId.toLowerCase().padStart(traceId.length === 16 ? 32 : 0, '0'),
    spanId: spanId.toLowerCase(),
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
  if (!isSpanContextValid(spanContext) || !(isSampled || DENIED.includes(decision))) return context;
  return trace.setSpanContext(context.setValue(DEBUG, isDebug), spanContext);
}
