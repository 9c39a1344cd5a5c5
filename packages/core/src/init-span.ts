import { type Context as OtelContext, type Span, SpanKind, trace } from '@opentelemetry/api';
import { INITIALIZATION_TYPE } from './attributes.ts';
import type { Start } from './cold-start.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Records the init phase, from process start to the end of module loading, at the first invocation.
 *
 * It is a sibling of the invocation's span, in the same trace and under the same parent. When loading ended long before
 * the event (provisioned or proactive initialisation), or the provider cannot be told the trace, it is the root of a
 * trace of its own with a link to the invocation.
 */
export function recordInit(pipeline: Pipeline, start: Start, invocation: Span, parent: OtelContext): void {
  const { inTrace, sandbox, tracer } = pipeline;
  if (sandbox.loadedAtMs === undefined) return;
  const attributes = { [INITIALIZATION_TYPE]: start.initializationType };
  const times = { kind: SpanKind.INTERNAL, startTime: new Date(sandbox.startedAtMs), attributes };
  const { traceId } = invocation.spanContext();
  const hasParent = trace.getSpanContext(parent) !== undefined;
  const root = (): Span => tracer.startSpan('init', { ...times, root: true });
  const linked = (): Span =>
    tracer.startSpan('init', { ...times, root: true, links: [{ context: invocation.spanContext() }] });
  const sibling = (): Span =>
    hasParent ? tracer.startSpan('init', times, parent) : (inTrace?.(traceId, root) ?? linked());
  (start.detached ? linked() : sibling()).end(new Date(sandbox.loadedAtMs));
}
