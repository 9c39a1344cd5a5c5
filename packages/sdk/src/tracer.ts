import {
  type Context,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  context as otelContext,
  type Span,
  SpanKind,
  type SpanOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';
import { isSuppressed } from '@tracelet/core';
import { RecordingSpan, type SpanHome } from './recording-span.ts';
import { fillBag } from './span-attributes.ts';

// Values of the SDK's `SamplingDecision`, which is an enum of its own in each SDK line.
const NOT_RECORD = 0;
const RECORD_AND_SAMPLED = 2;

/** Makes a tracer: a sampler decides, and what it lets through is a {@link RecordingSpan}. */
export function makeTracer(home: SpanHome, sampler: Sampler, ids: IdGenerator): Tracer {
  const startSpan = (name: string, options: SpanOptions = {}, given: Context = otelContext.active()): Span => {
    if (isSuppressed(given)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    const context = options.root ? trace.deleteSpan(given) : given;
    const found = trace.getSpanContext(context);
    const parent = found !== undefined && isSpanContextValid(found) ? found : undefined;
    const { attributeCountLimit, attributeValueLengthLimit } = home.limits;
    const kind = options.kind ?? SpanKind.INTERNAL;
    const links = options.links ?? [];
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const attributes = fillBag(options.attributes, attributeCountLimit, attributeValueLengthLimit);
    const verdict = sampler.shouldSample(context, traceId, name, kind, attributes.values, links);
    const traceState = verdict.traceState ?? parent?.traceState;
    const spanContext = {
      traceId,
      spanId: ids.generateSpanId(),
      traceFlags: verdict.decision === RECORD_AND_SAMPLED ? 1 : 0,
      ...(traceState === undefined ? {} : { traceState }),
    };
    if (verdict.decision === NOT_RECORD) return trace.wrapSpanContext(spanContext);
    const { startTime } = options;
    const span = new RecordingSpan(home, {
      name,
      kind,
      spanContext,
      parentSpanContext: parent,
      attributes,
      links,
      startTime,
    });
    return verdict.attributes === undefined ? span : span.setAttributes(verdict.attributes);
  };
  const startActiveSpan = (name: string, ...rest: readonly unknown[]): unknown => {
    const fn = rest.at(-1) as (span: Span) => unknown;
    const options = rest.length > 1 ? (rest[0] as SpanOptions) : {};
    const parent = rest.length > 2 ? (rest[1] as Context) : otelContext.active();
    const span = startSpan(name, options, parent);
    return otelContext.with(trace.setSpan(parent, span), fn, undefined, span);
  };
  return { startSpan, startActiveSpan: startActiveSpan as Tracer['startActiveSpan'] };
}
