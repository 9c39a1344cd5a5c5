import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { ERROR_TYPE } from './attributes.ts';

/** Marks a span as failed. */
export function failSpan(span: Span, type: string, message: string): Span {
  return span.setAttribute(ERROR_TYPE, type).setStatus({ code: SpanStatusCode.ERROR, message });
}
