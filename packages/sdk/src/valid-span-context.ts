import { type Context, isSpanContextValid, type SpanContext, trace } from '@opentelemetry/api';

/** The span context that a context holds, if it is a valid one. */
export function validSpanContext(context: Context): SpanContext | undefined {
  const found = trace.getSpanContext(context);
  return found !== undefined && isSpanContextValid(found) ? found : undefined;
}
