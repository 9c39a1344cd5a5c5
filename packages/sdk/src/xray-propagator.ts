import { createContextKey, isSpanContextValid, type TextMapPropagator, TraceFlags, trace } from '@opentelemetry/api';
import { formatXray, isSuppressed, parseXray, XRAY_HEADER, type XrayHeader } from '@tracelet/core';
import { validSpanContext } from './valid-span-context.ts';

/** The header as AWS writes it; carriers whose names have a case expect this one. */
const HEADER = 'X-Amzn-Trace-Id';

/** What has to reach the next service unchanged, whatever spans lie between. */
type Incoming = Pick<XrayHeader, 'lineage' | 'sampled'>;

const INCOMING = createContextKey('tracelet incoming X-Ray header');

/**
 * Carries the trace in AWS's own header. Stands for both `xray` and `xray-lambda`: where an invocation finds its X-Ray
 * parent outside of headers is the business of the X-Ray policy.
 *
 * - Reading leaves a context that already has a valid span in it alone, so W3C headers come first in any order.
 * - `Lineage` is passed on unchanged: Lambda stops recursive loops by it.
 * - A trace that came in with `Sampled=0` goes out with `Sampled=0`, even when our own sampler keeps it.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export const xrayPropagator: TextMapPropagator = {
  inject(context, carrier, setter) {
    const spanContext = validSpanContext(context);
    if (spanContext === undefined || isSuppressed(context)) return;
    const { lineage, sampled } = (context.getValue(INCOMING) ?? {}) as Partial<Incoming>;
    const traceFlags = sampled === false ? TraceFlags.NONE : spanContext.traceFlags;
    setter.set(carrier, HEADER, formatXray({ ...spanContext, traceFlags }, lineage));
  },
  extract(context, carrier, getter) {
    const value = getter.get(carrier, XRAY_HEADER) ?? getter.get(carrier, HEADER);
    const header = parseXray(Array.isArray(value) ? value[0] : value);
    if (header === undefined || !isSpanContextValid(header.spanContext)) return context;
    const incoming: Incoming = { lineage: header.lineage, sampled: header.sampled };
    const kept = context.setValue(INCOMING, incoming);
    return validSpanContext(context) ? kept : trace.setSpanContext(kept, header.spanContext);
  },
  fields: () => [HEADER],
};
