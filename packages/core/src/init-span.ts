import { type Context as OtelContext, type Span, SpanKind } from '@opentelemetry/api';
import { INITIALIZATION_TYPE } from './attributes.ts';
import { openBeside } from './beside-span.ts';
import type { Start } from './cold-start.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * Records the init phase, from process start to the end of module loading, at the first invocation.
 *
 * It is a sibling of the invocation's span, in the same trace and under the same parent. When loading ended long before
 * the event (provisioned or proactive initialisation), or the provider cannot be told the trace, it is the root of a
 * trace of its own with a link to the invocation.
 */
export function recordInit(pipeline: Pipeline, start: Start, invocation: Span, parent: OtelContext): void {
  const { loadedAtMs, startedAtMs } = pipeline.sandbox;
  // Without the invocation's span it would be a trace that nobody asked for.
  if (loadedAtMs === undefined || !invocation.isRecording()) return;
  const attributes = { [INITIALIZATION_TYPE]: start.initializationType };
  const options = { kind: SpanKind.INTERNAL, startTime: new Date(startedAtMs), attributes };
  survive('span_failed', 'Recording the init phase', () =>
    // Nobody waited for it unless the start was cold.
    openBeside(pipeline, 'init', options, invocation, parent, start.cold).end(new Date(loadedAtMs)),
  );
}
