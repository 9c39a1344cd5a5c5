import {
  currentFrame,
  currentPipeline,
  type Fields,
  type Log,
  type LogLevel,
  type LogMethod,
  survive,
} from '@tracelet/core';
import { type BoundFields, bindFields, lineFields, unbound } from './fields.ts';
import { readThreshold, type Severity, severities } from './level.ts';
import { idsOf, writeHead, writeInvocation } from './line.ts';
import { makeRecord } from './log-record.ts';
import { messageOf } from './message.ts';

/** How a logger of your own is made. */
export interface LogOptions {
  /** Fields of every line. */
  readonly fields?: Fields | undefined;
  /** The least severe level that is written where the environment says nothing. Default: `info`. */
  readonly level?: LogLevel | undefined;
  /** Takes each line, without its line end. Default: stdout, past the console that the Lambda runtime patches. */
  readonly write?: ((line: string) => void) | undefined;
  /** Where `AWS_LAMBDA_LOG_LEVEL`, `TRACELET_LOG_LEVEL` and the function's name are read, at the first line. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Makes a structured logger: one JSON line per call, with the ids of the active span and the facts of the invocation
 * that it runs in. Use {@link log} unless you want other options.
 *
 * The level is `AWS_LAMBDA_LOG_LEVEL`, else `TRACELET_LOG_LEVEL`, else `level`, else INFO. A line has under 256 KB
 * whatever it is given: strings, depth and breadth are cut with a visible mark.
 */
export function createLog({ fields, level = 'info', write, env = process.env }: LogOptions = {}): Log {
  let threshold: number | undefined;
  const root: Root = {
    env,
    write,
    allows(severity) {
      threshold ??= readThreshold(env, level);
      return severity.number >= threshold;
    },
  };
  return makeLog(root, bindFields(unbound, fields));
}

/**
 * The structured logger: `log.info('order placed', { orderId })` writes one JSON line with trace id, span id, request
 * id and cold start. An error may stand in the place of the fields: `log.error('charge failed', error)`.
 *
 * Fields may hold anything; no value makes a method throw. The keys `timestamp`, `level`, `message`, `trace_id`,
 * `span_id`, `trace_flags`, `request_id`, `function_name`, `function_version`, `cold_start` and `tenant_id` are the
 * logger's own: a field of that name is left out.
 */
export const log: Log = /* @__PURE__ */ createLog();

/** What a logger and its children have in common. */
interface Root {
  readonly env: NodeJS.ProcessEnv;
  readonly write: ((line: string) => void) | undefined;
  allows(severity: Severity): boolean;
}

function makeLog(root: Root, bound: BoundFields): Log {
  const method = (level: LogLevel): LogMethod => {
    const severity = severities[level];
    return (message, fields) => {
      if (!root.allows(severity)) return;
      survive('log_failed', 'A log line', () => writeLine(root, bound, severity, message, fields), undefined);
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    with: (fields) => makeLog(root, bindFields(bound, fields)),
  };
}

function writeLine(root: Root, bound: BoundFields, severity: Severity, given: unknown, givenFields: unknown): void {
  const timestampMs = Date.now();
  const { message, rest } = messageOf(given, givenFields);
  const frame = currentFrame();
  const ids = idsOf(frame);
  const fields = lineFields(bound, rest);
  const head = writeHead(timestampMs, severity, message);
  const line = `${head}${ids.text}${writeInvocation(frame, root.env)}${fields.text}}`;
  const pipeline = frame?.invocation.pipeline ?? currentPipeline();
  const write = root.write ?? pipeline?.writeLine;
  if (write === undefined) process.stdout.write(`${line}\n`);
  else write(line);
  const emit = pipeline?.emitLog;
  if (emit === undefined) return;
  const record = (): void => emit(makeRecord({ timestampMs, severity, message, fields, spanContext: ids.spanContext }));
  survive('emit_log_failed', 'Sending a log record', record, undefined);
}
