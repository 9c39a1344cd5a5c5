import { type Context as OtelContext, type Span, type SpanOptions, trace } from '@opentelemetry/api';
import type { Pipeline } from './pipeline.ts';
import { openSpan } from './span.ts';

/**
 * Opens a span for something that came before an invocation: a sibling of the invocation's span, in its trace and under
 * its parent, never the parent itself. Where the provider cannot be told the trace, or the span does not belong there
 * (`joins` is false), it is the root of a trace of its own with a link to the invocation.
 */
export function openBeside(
  { inTrace, tracer }: Pipeline,
  name: string,
  options: SpanOptions,
  invocation: Span,
  parent: OtelContext,
  joins: boolean,
): Span {
  const context = invocation.spanContext();
  const hasParent = trace.getSpanContext(parent) !== undefined;
  const open = (more?: SpanOptions): Span => openSpan(tracer, name, { ...options, ...more }, parent);
  const sibling = (): Span | undefined => (hasParent ? open() : inTrace?.(context.traceId, open));
  return (joins ? sibling() : undefined) ?? open({ root: true, links: [{ context }] });
}
