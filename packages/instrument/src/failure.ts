import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { describeError } from '@tracelet/core';
import { ERROR_TYPE } from './attributes.ts';

/** How a call ended that did not succeed: `abort` is the caller's own wish, and no error. */
export function judgeError(error: unknown): 'abort' | 'timeout' | 'error' {
  const { type } = describeError(error);
  // `AbortSignal.timeout` gives fetch the one, node:http the other with the one as its cause.
  if (type === 'TimeoutError') return 'timeout';
  if (type !== 'AbortError') return 'error';
  return describeError(read(error, 'cause')).type === 'TimeoutError' ? 'timeout' : 'abort';
}

/** The error's code (`ECONNREFUSED`), where it is a text. */
export function codeOf(error: unknown): string | undefined {
  const code = read(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/**
 * Writes an error on a span: status, and as `error.type` the error's code, else its name.
 *
 * @param timedOut Whether the caller's own time limit was the cause, whatever the error says.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function writeError(span: Span, error: unknown, timedOut: boolean): void {
  const { type, message } = describeError(error);
  span.setAttribute(ERROR_TYPE, timedOut ? 'TimeoutError' : (codeOf(error) ?? type));
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Reads a property of anything; a getter that throws yields nothing. */
function read(value: unknown, name: string): unknown {
  try {
    return (Object(value) as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}
