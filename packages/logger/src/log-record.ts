import type { SpanContext } from '@opentelemetry/api';
import type { LogRecord } from '@tracelet/core';
import { describe } from './error-facts.ts';
import { type LineFields, parseEntries } from './fields.ts';
import type { Severity } from './level.ts';

/** What a record takes over from the line that was written. */
export interface LineFacts {
  readonly timestampMs: number;
  readonly severity: Severity;
  readonly message: string;
  readonly fields: LineFields;
  readonly spanContext: SpanContext | undefined;
}

/**
 * The line as an OTLP log record: its fields are the attributes, an error among them gives the `exception.*` ones.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
export function makeRecord({ timestampMs, severity, message, fields, spanContext }: LineFacts): LogRecord {
  // The line's own JSON, so that values which can change or throw are not read a second time.
  const attributes = parseEntries(fields.text);
  return {
    timestampMs,
    severityNumber: severity.number,
    severityText: severity.text,
    body: message,
    attributes: fields.error === undefined ? attributes : { ...attributes, ...exceptionOf(fields.error) },
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
    traceFlags: spanContext?.traceFlags,
  };
}

function exceptionOf(error: Error): Record<string, string> {
  const { type, message, stack } = describe(error);
  return {
    'exception.type': type,
    'exception.message': message,
    ...(stack === undefined ? {} : { 'exception.stacktrace': stack }),
  };
}
