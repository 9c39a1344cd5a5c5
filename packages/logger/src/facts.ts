import { type Attributes, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';
import { currentFrame, type Frame, survive } from '@tracelet/core';
import { correlationOf } from './correlation.ts';
import type { FactNames } from './names.ts';

/** What is known of the running invocation, by the names that lines use. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

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
    const memoryMb = Number(memoryLimitInMB ?? env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
    return filled({
      [names.requestId]: invocation?.requestId,
      function_name: functionName ?? env.AWS_LAMBDA_FUNCTION_NAME,
      function_version: functionVersion ?? env.AWS_LAMBDA_FUNCTION_VERSION,
      function_memory_mb: memoryMb > 0 && memoryMb < Infinity ? memoryMb : undefined,
      cold_start: invocation?.start.cold,
      [names.tenantId]: tenantId,
    });
  };
  return survive('context_unreadable', 'Reading the context', read, {});
}

/** The ids by which a backend finds a span; `undefined` for an invalid span context. */
export function idFacts(spanContext: SpanContext | undefined): Facts | undefined {
  if (spanContext === undefined || !isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags } = spanContext;
  return { trace_id: traceId, span_id: spanId, trace_flags: (traceFlags & 0xff).toString(16).padStart(2, '0') };
}

/** Everything that a line written now says of trace and invocation, for loggers of other makes. */
export function factsNow(names: FactNames, env: NodeJS.ProcessEnv): Facts {
  const frame = currentFrame();
  const span = trace.getActiveSpan() ?? frame?.span;
  const ids = survive('span_unreadable', 'The active span', () => idFacts(span?.spanContext()));
  return { ...ids, ...invocationFacts(frame?.invocation, names, env), ...correlationFacts(frame) };
}

/** The correlation id of a frame, if it has one. */
export function correlationFacts(frame: Frame | undefined): Facts {
  const id = frame && survive('correlation_unreadable', 'Reading the correlation id', () => correlationOf(frame));
  return id === undefined ? {} : { correlation_id: id };
}

function filled(given: Readonly<Record<string, unknown>>): Facts {
  const facts: Record<string, string | number | boolean> = {};
  for (const name in given) {
    const value = given[name];
    if ((typeof value === 'string' && value !== '') || typeof value === 'number' || typeof value === 'boolean') {
      facts[name] = value;
    }
  }
  return facts;
}
