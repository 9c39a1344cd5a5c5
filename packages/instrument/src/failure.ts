import { type Span, SpanStatusCode } from '@opentelemetry/api';
import { describeError } from '@tracelet/core';
import { ERROR_TYPE } from './attributes.ts';

/** What went wrong with a call. */
export interface Failure {
  readonly error: unknown;
  /** Whether it was a time limit of the caller's. */
  readonly timedOut: boolean;
}

/**
 * Judges how a call ended that did not succeed; nothing where that was the caller's own wish, which is no error.
 *
 * @param timedOut Whether the caller's own time limit was the cause, whatever the error says.
 * @param wished Whether the caller ended the call, whatever the error says.
 */
export function failureOf(error: unknown, timedOut: boolean, wished: boolean): Failure | undefined {
  const { type } = describeError(error);
  const aborted = type === 'AbortError';
  // `AbortSignal.timeout` gives fetch the one, node:http the other with the one as its cause.
  const cause = aborted ? describeError(read(error, 'cause')).type : type;
  const limit = timedOut || cause === 'TimeoutError';
  return !limit && (aborted || wished) ? undefined : { error, timedOut: limit };
}

/** The error's code (`ECONNREFUSED`), where it is a text. */
export function codeOf(error: unknown): string | undefined {
  const code = read(error, 'code');
  return typeof code === 'string' ? code : undefined;
}

/**
 * Writes an error on a span: status, and as `error.type` the error's code, else its name.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function writeError(span: Span, { error, timedOut }: Failure): void {
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
