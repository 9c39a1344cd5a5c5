import { type Attributes, type Span, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import { ERROR_TYPE, EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE } from './attributes.ts';
import { survive } from './diagnose.ts';
import { describeError } from './errors.ts';
import { currentPipeline } from './shared.ts';
import type { Outcome, Trigger } from './trigger.ts';

/** The outcome of everything that simply worked. Every hook is told of this very one. */
export const success: Outcome = /* @__PURE__ */ Object.freeze({ fault: false });

/** Judges a returned result by the trigger's own rule. */
export function judge(trigger: Trigger, result: unknown, event: unknown): Outcome {
  const rule = (): Outcome | undefined => trigger.judge?.(result, event);
  return survive('judge_failed', `The trigger ${trigger.id}`, rule) ?? success;
}

/** The outcome of something that threw. */
export function fault(error: unknown): Outcome {
  const { type, message } = describeError(error);
  return Object.freeze({ fault: true, errorType: type, message, error });
}

/**
 * Writes an outcome on a span and ends it, whatever a foreign provider's span throws. Success leaves the status unset,
 * as the conventions ask.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function endSpan(span: Span, outcome: Outcome): void {
  survive('span_failed', 'Describing a span', () => writeOutcome(span, outcome));
  survive('span_failed', 'Ending a span', () => span.end());
}

function writeOutcome(span: Span, outcome: Outcome): void {
  const { attributes, errorType, message } = outcome;
  if (attributes !== undefined) span.setAttributes(attributes);
  if (!outcome.fault) return;
  if (errorType !== undefined) span.setAttribute(ERROR_TYPE, errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message } as SpanStatus);
  if (!('error' in outcome)) return;
  const record = currentPipeline()?.recordException;
  // `Span.recordException` of the SDK would read a hostile error unguarded, so the event is made here.
  if (record?.(span, outcome.error) ?? true) span.addEvent('exception', exceptionAttributes(outcome.error));
}

/** Attributes of an exception event; total, whatever was thrown. */
export function exceptionAttributes(error: unknown): Attributes {
  const { type, message, stack } = describeError(error);
  const base = { [EXCEPTION_TYPE]: type, [EXCEPTION_MESSAGE]: message };
  return stack === undefined ? base : { ...base, [EXCEPTION_STACKTRACE]: stack };
}
