import { type TextMapPropagator, trace } from '@opentelemetry/api';
import { activate, isSuppressed } from '@tracelet/core';
import { headerTexts } from './header-texts.ts';
import { parseTraceState } from './trace-state.ts';
import { validSpanContext } from './valid-span-context.ts';

const PARENT = 'traceparent';
const STATE = 'tracestate';

// Version ff and ids of zeros are invalid. Version 00 ends after the flags; a later one may go on after a dash.
const TRACEPARENT =
  /^\s?(?!ff|00.{53}-)[\da-f]{2}-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(?:-.*)?\s?$/;

/** The flags that the specification knows: sampled, and random from level 2 on. Others have to be sent as zero. */
const KNOWN_FLAGS = 3;

/**
 * Carries the trace in the headers `traceparent` and `tracestate`.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export const w3cPropagator: TextMapPropagator = {
  inject(context, carrier, setter) {
    const spanContext = validSpanContext(context);
    if (spanContext === undefined || isSuppressed(context)) return;
    const { traceId, spanId, traceFlags, traceState } = spanContext;
    setter.set(carrier, PARENT, `00-${traceId}-${spanId}-0${traceFlags & KNOWN_FLAGS}`);
    const state = traceState?.serialize();
    if (state) setter.set(carrier, STATE, state);
  },
  extract(context, carrier, getter) {
    const [parent = ''] = headerTexts(carrier, getter, PARENT);
    const [, traceId, spanId = '', flags] = TRACEPARENT.exec(parent) ?? [];
    if (traceId === undefined) return context;
    const state = headerTexts(carrier, getter, STATE).join();
    const caller = {
      traceId,
      spanId,
      traceFlags: Number(`0x${flags}`),
      isRemote: true,
      ...(state && { traceState: parseTraceState(state) }),
    };
    return activate(context, trace.wrapSpanContext(caller));
  },
  fields: () => [PARENT, STATE],
};
