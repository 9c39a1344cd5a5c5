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
  /**
   * Adds fields to every later line of the running invocation, whichever logger writes it; inside a record, to the lines
   * of that record. They end with it. `undefined` takes a field away. Does nothing outside an invocation.
   */
  set(fields: Fields): void;
}

/** How a process logs. The environment comes before each of them. */
export interface LogSettings {
  /** The least severe level that is written. Default: `info`. */
  readonly level?: LogLevel | undefined;
  /** Where lines go. OTLP goes where the exporter's settings say. Default: `stdout`. */
  readonly destination?: 'stdout' | 'otlp' | 'both' | undefined;
  /**
   * Where the correlation id stands, by id of the trigger, `*` for all others: a path in the event, or in the record
   * when it begins with `record.`, such as `detail.metadata.correlationId`. Alternatives are separated by `|`; names of
   * headers are found in any case. Default: `headers.x-correlation-id|requestContext.requestId`.
   */
  readonly correlationId?: Readonly<Record<string, string>> | undefined;
}

/**
 * Stands before the logger: lets lines through, leaves them out, or holds them until something goes wrong. One for each
 * process, in the shared record.
 */
export interface LogGate {
  /**
   * @param severityNumber 1..24.
   * @param allowed What the level says.
   * @returns `true` to write the line, `false` to leave it out, or what takes it to hold it.
   */
  admit(severityNumber: number, allowed: boolean): boolean | HoldLine;
  /**
   * Writes what is held of an invocation, and lets everything that follows in it through.
   *
   * @param info That of the invocation; all that are running without it.
   * @param dying The process ends: everything goes to stdout, whatever the destination.
   */
  release(info?: object, dying?: boolean): void;
}

/** Takes a line that is not to be written yet. */
export type HoldLine = (write: (dying: boolean) => void, sizeBytes: number) => void;

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
  /** The functions among the rules of redaction have seen body and attributes. Names and patterns are looked for again. */
  readonly redacted?: boolean | undefined;
}
