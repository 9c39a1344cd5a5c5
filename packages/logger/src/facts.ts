import { type Attributes, isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import { currentRedactor, type Frame, survive } from '@tracelet/core';
import { correlationOf } from './correlation.ts';
import type { FactNames } from './names.ts';

/** What is known of the running invocation, by the names that lines use. A value that is nothing of use may be among them. */
export type Facts = Readonly<Record<string, unknown>>;

/** What of an invocation has to be known. */
export interface FactSource {
  readonly context: unknown;
  readonly requestId: string | undefined;
  readonly start: { readonly cold: boolean };
}

/** Request, function, cold start and tenant of an invocation; outside of one, the function that the environment names. */
export function invocationFacts(invocation: FactSource | undefined, names: FactNames, env: NodeJS.ProcessEnv): Facts {
  const read = (): Facts => {
    const { functionName, functionVersion, memoryLimitInMB, tenantId } = (invocation?.context ?? {}) as Attributes;
    const facts = {
      [names.requestId]: invocation?.requestId,
      function_name: functionName ?? env.AWS_LAMBDA_FUNCTION_NAME,
      function_version: functionVersion ?? env.AWS_LAMBDA_FUNCTION_VERSION,
      function_memory_mb: Number(memoryLimitInMB ?? env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE),
      cold_start: invocation?.start.cold,
      [names.tenantId]: tenantId,
    };
    return currentRedactor().members(facts, true);
  };
  return survive('context_unreadable', 'Reading the context', read, {});
}

/** Tells whether a line says a fact: a text that is not empty, a number or a truth value. */
export function isSaid(value: unknown): value is string | number | boolean {
  return typeof value === 'string' ? value !== '' : typeof value === 'boolean' || Number.isFinite(value);
}

/** The ids by which a backend finds a span; nothing for an invalid span context. */
export function idFacts(spanContext: SpanContext): Facts {
  if (!isSpanContextValid(spanContext)) return {};
  const { traceId, spanId, traceFlags } = spanContext;
  return { trace_id: traceId, span_id: spanId, trace_flags: (traceFlags & 0xff).toString(16).padStart(2, '0') };
}

/** The correlation id of a frame, if it has one. */
export function correlationFacts(frame: Frame): Facts {
  const read = (): Facts => currentRedactor().members({ correlation_id: correlationOf(frame) }, true);
  return survive('correlation_unreadable', 'Reading the correlation id', read, {});
}
