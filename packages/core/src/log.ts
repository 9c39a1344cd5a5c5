/** Fields of one log line. Values may be anything: the logger serialises without ever throwing. */
export type Fields = Readonly<Record<string, unknown>>;

/** Log levels, least severe first. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Writes one line: a message, then fields or the error that it is about. */
export type LogMethod = (message: string, fields?: Fields | Error) => void;

/**
 * A structured logger. Each call is one JSON line with trace id, span id, request id and cold start of the invocation
 * that it runs in. No method throws, whatever it is given.
 */
export interface Log {
  readonly trace: LogMethod;
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
  readonly fatal: LogMethod;
  /** A child logger whose lines carry these fields too; the parent is unchanged. */
  with(fields: Fields): Log;
}

/**
 * One log record on its way to OTLP.
 *
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
export interface LogRecord {
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
  /** 1..24: TRACE 1, DEBUG 5, INFO 9, WARN 13, ERROR 17, FATAL 21. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly traceFlags?: number | undefined;
  readonly eventName?: string | undefined;
}
