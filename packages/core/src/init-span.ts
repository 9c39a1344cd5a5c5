import { type Context as OtelContext, type Span, SpanKind, type SpanOptions, trace } from '@opentelemetry/api';
import { INITIALIZATION_TYPE } from './attributes.ts';
import type { Start } from './cold-start.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { openSpan } from './span.ts';

/**
 * Records the init phase, from process start to the end of module loading, at the first invocation.
 *
 * It is a sibling of the invocation's span, in the same trace and under the same parent. When loading ended long before
 * the event (provisioned or proactive initialisation), or the provider cannot be told the trace, it is the root of a
 * trace of its own with a link to the invocation.
 */
export function recordInit(pipeline: Pipeline, start: Start, invocation: Span, parent: OtelContext): void {
  const { inTrace, sandbox, tracer } = pipeline;
  // Without the invocation's span it would be a trace that nobody asked for.
  if (sandbox.loadedAtMs === undefined || !invocation.isRecording()) return;
  const attributes = { [INITIALIZATION_TYPE]: start.initializationType };
  const times = { kind: SpanKind.INTERNAL, startTime: new Date(sandbox.startedAtMs), attributes };
  const { traceId } = invocation.spanContext();
  const hasParent = trace.getSpanContext(parent) !== undefined;
  const open = (more?: SpanOptions): Span => openSpan(tracer, 'init', { ...times, ...more }, parent);
  const sibling = (): Span | undefined => (hasParent ? open() : inTrace?.(traceId, open));
  const linked = (): Span => open({ root: true, links: [{ context: invocation.spanContext() }] });
  const endedAt = new Date(sandbox.loadedAtMs);
  survive('span_failed', 'Recording the init phase', () =>
    // Nobody waited for it unless the start was cold.
    ((start.cold ? sibling() : undefined) ?? linked()).end(endedAt),
  );
}
