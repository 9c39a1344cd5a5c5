import { type Attributes, type Span, SpanKind, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { ERROR_TYPE } from './attributes.ts';
import { survive } from './diagnose.ts';
import type { SpanStart } from './plugin.ts';
import { runHooks } from './plugin-hooks.ts';
import { currentFrame } from './shared.ts';
import type { Outcome } from './trigger.ts';

/** Whether hooks are being called: a span that one starts calls none. Nothing is awaited meanwhile. */
let isCalling = false;

/** Calls the `downstream` hooks for a span of a call to another service; their finishers run as the span ends. */
export function watchDownstream(span: Span, { attributes = {}, kind, name }: SpanStart): void {
  if (isCalling || (kind !== SpanKind.CLIENT && kind !== SpanKind.PRODUCER)) return;
  const invocation = currentFrame()?.invocation;
  if (invocation === undefined || invocation.downstreamPlugins.length === 0) return;
  const { downstreamPlugins, info } = invocation;
  isCalling = true;
  const hooks = runHooks(downstreamPlugins, (plugin) => plugin.downstream?.(span, { ...info, name, kind, attributes }));
  isCalling = false;
  const { end } = span;
  let isOver = false;
  span.end = (...time) => {
    if (!isOver) {
      isOver = true;
      hooks.finish(outcomeOf(span));
    }
    // A hook may have left the span in a state that its own end does not bear.
    survive('span_failed', 'Ending a span', () => Reflect.apply(end, span, time));
  };
}

/** What a span says of itself, if it records: the spans of both SDK lines and ours show it. */
function outcomeOf(span: Span): Outcome {
  const { attributes, status } = span as { readonly attributes?: Attributes; readonly status?: SpanStatus };
  if (status?.code !== SpanStatusCode.ERROR) return { fault: false };
  return { fault: true, errorType: String(attributes?.[ERROR_TYPE] ?? '_OTHER'), message: status.message };
}
