import type { SpanContext } from '@opentelemetry/api';
import { FAAS_INVOCATION_ID, type LogRecord } from '@tracelet/core';
import { type LineFields, PLATFORM_ERROR, parseEntries } from './fields.ts';
import type { LineFormat } from './format.ts';
import type { Severity } from './level.ts';

/** What a record takes over from the line that was written. */
export interface LineFacts {
  readonly timestampMs: number;
  readonly severity: Severity;
  readonly message: string;
  /** What the line says of its invocation. */
  readonly facts: string;
  readonly fields: LineFields;
  readonly format: LineFormat;
  readonly spanContext: SpanContext | undefined;
}

/**
 * The line as an OTLP log record: its fields are the attributes, the first error among them gives the `exception.*` ones.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
export function makeRecord({
  timestampMs,
  severity,
  message,
  facts,
  fields,
  format,
  spanContext,
}: LineFacts): LogRecord {
  // The line's own JSON, so that values which can change or throw are not read, nor redacted, a second time.
  const { [format.requestId]: id, [format.tenantId]: tenantId, correlation_id: correlationId } = parseEntries(facts);
  const known = { [FAAS_INVOCATION_ID]: id, tenant_id: tenantId, correlation_id: correlationId };
  // Through JSON, because what is not known must not be there.
  const attributes = { ...parseEntries(fields.text), ...JSON.parse(JSON.stringify(known)) };
  if (fields.errorKey !== undefined) sayException(attributes, fields.errorKey);
  return {
    timestampMs,
    severityNumber: severity.number,
    severityText: severity.text,
    body: message,
    attributes,
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
    traceFlags: spanContext?.traceFlags,
    redacted: true,
  };
}

function sayException(attributes: Record<string, unknown>, key: string): void {
  // A key of some length was cut, and is not found.
  const said = key === PLATFORM_ERROR ? fromPlatform(attributes) : Object(attributes[key]);
  delete attributes[key];
  for (const [name, value] of Object.entries<unknown>(said)) attributes[`exception.${name}`] = value;
}

function fromPlatform(attributes: Record<string, unknown>): object {
  const { errorType: type, errorMessage: message, stackTrace = [], cause, errors } = attributes;
  for (const name of ['errorMessage', 'stackTrace', 'cause', 'errors']) delete attributes[name];
  return { type, message, stacktrace: [stackTrace].flat().join('\n'), cause, errors };
}
