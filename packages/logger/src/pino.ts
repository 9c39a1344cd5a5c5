import { currentFrame, currentPipeline, currentRedactor, type LogRecord, survive, writeStdout } from '@tracelet/core';
import { factsNow, type SaidFacts } from './facts-now.ts';
import { factNames, isPlatformFormat } from './names.ts';

/** The options of a pino logger that concern Lambda and traces. */
export interface PinoOptions {
  readonly level: string;
  readonly base: null;
  readonly messageKey: string;
  readonly timestamp: () => string;
  readonly formatters: { readonly level: (label: string) => { level: string } };
  readonly mixin: () => Record<string, unknown>;
}

/**
 * The trace ids and the facts of the invocation, as pino's `mixin`: `pino({ mixin: pinoMixin() })`. A field that a line
 * has of its own stays.
 *
 * @see https://getpino.io/#/docs/api?id=mixin-function
 */
export function pinoMixin(env: NodeJS.ProcessEnv = process.env): () => Record<string, unknown> {
  const names = factNames(isPlatformFormat(env));
  // pino writes into what it is given.
  return (): SaidFacts => ({ ...factsNow(names, env) });
}

/**
 * Options with which pino's lines are as Lambda reads them: `timestamp`, `level` and `message` by these names and forms,
 * so that Lambda's level filter works, the level of `AWS_LAMBDA_LOG_LEVEL`, and {@link pinoMixin}. No transport: it would
 * run in a thread that is frozen with what it has not written; {@link pinoDestination} writes at once.
 *
 * @example
 * const logger = pino({ ...pinoOptions(), name: 'shop' }, pinoDestination());
 */
export function pinoOptions(env: NodeJS.ProcessEnv = process.env): PinoOptions {
  const level = (env.AWS_LAMBDA_LOG_LEVEL || env.TRACELET_LOG_LEVEL || 'info').toLowerCase();
  return {
    level: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(level) ? level : 'info',
    base: null,
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    mixin: pinoMixin(env),
  };
}

/** Takes the lines of a pino logger. */
export interface PinoDestination {
  write(line: string): void;
}

/**
 * Where pino's lines go: to stdout at once, and as OTLP log records where those of `log` do. A test harness gets them as
 * it gets lines of `log`.
 */
export function pinoDestination(): PinoDestination {
  return {
    write(given) {
      const line = redactLine(given.trimEnd());
      const { emitLog, writeLine } = currentFrame()?.invocation.pipeline ?? currentPipeline() ?? {};
      if (writeLine === undefined) writeStdout(line);
      else writeLine(line);
      if (emitLog === undefined) return;
      survive('emit_log_failed', 'Sending a log record', () => emitLog(recordOf(JSON.parse(line))));
    },
  };
}

/** The same line when it holds no secret; as a text where it is no JSON. */
function redactLine(line: string): string {
  const redact = currentRedactor();
  const parsed = parse(line);
  if (parsed === undefined) return redact.text(line);
  const shown = redact.members(parsed);
  return shown === parsed ? line : JSON.stringify(shown);
}

function parse(line: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** A line in the forms of {@link pinoOptions}, or in pino's own: `level: 30`, `time` and `msg`. */
function recordOf({
  level,
  timestamp,
  time,
  message,
  msg,
  err,
  ...rest
}: Readonly<Record<string, unknown>>): LogRecord {
  const { trace_id, span_id, trace_flags, ...attributes } = rest;
  const rank = typeof level === 'number' ? Math.floor(level / 10) - 1 : LEVELS.indexOf(String(level).toUpperCase());
  const index = Math.min(Math.max(rank, 0), LEVELS.length - 1);
  const { type, message: said, stack } = Object(err) as Readonly<Record<string, unknown>>;
  const exception = { 'exception.type': type, 'exception.message': said, 'exception.stacktrace': stack };
  return {
    timestampMs: new Date((timestamp ?? time ?? Date.now()) as string).getTime(),
    severityNumber: index * 4 + 1,
    severityText: LEVELS[index] ?? 'INFO',
    body: String(message ?? msg ?? ''),
    redacted: true,
    attributes: err === undefined ? attributes : { ...attributes, ...exception },
    ...(typeof trace_id === 'string' && {
      traceId: trace_id,
      spanId: String(span_id),
      traceFlags: Number.parseInt(String(trace_flags), 16),
    }),
  };
}
