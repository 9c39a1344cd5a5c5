import {
  currentFrame,
  currentPipeline,
  currentRedactor,
  diagnose,
  type Fields,
  type HoldLine,
  type Log,
  type LogLevel,
  type LogMethod,
  shared,
  survive,
  writeStdout,
} from '@tracelet/core';
import { type BoundFields, bindFields, boundWithin, lineFields, unbound } from './fields.ts';
import { formatOf, type LineFormat } from './format.ts';
import { type Levels, readLevels, type Severity, severities } from './level.ts';
import { idsOf, writeFacts, writeHead } from './line.ts';
import { makeRecord } from './log-record.ts';
import { messageOf } from './message.ts';

/** How a logger of your own is made. */
export interface LogOptions {
  /** Fields of every line. */
  readonly fields?: Fields | undefined;
  /** The least severe level that is written where environment and preset say nothing. Default: `info`. */
  readonly level?: LogLevel | undefined;
  /** Takes each line, without its line end. Default: stdout, past the console that the Lambda runtime patches. */
  readonly write?: ((line: string) => void) | undefined;
  /** Where `AWS_LAMBDA_LOG_LEVEL`, `AWS_LAMBDA_LOG_FORMAT`, `TRACELET_LOG_LEVEL` and the function are read, once. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Makes a structured logger: one JSON line per call, with the ids of the active span and the facts of the invocation
 * that it runs in. Use {@link log} unless you want other options.
 *
 * The level is `AWS_LAMBDA_LOG_LEVEL`, else `TRACELET_LOG_LEVEL`, else the preset's `logs.level`, else `level`, else
 * INFO. A line has under 256 KB whatever it is given: strings, depth and breadth are cut with a visible mark. Values of
 * keys that name secrets, and what looks like a secret in any text, are replaced by `[REDACTED]`.
 */
export function createLog({ fields, level = 'info', write, env = process.env }: LogOptions = {}): Log {
  const root: Root = { env, write, level, rules: undefined };
  return makeLog(root, fields === undefined ? unbound : bindFields(unbound, fields, rulesOf(root).format));
}

/**
 * The structured logger: `log.info('order placed', { orderId })` writes one JSON line with trace id, span id, request
 * id and cold start. An error may stand in the place of the fields: `log.error('charge failed', error)`.
 *
 * Fields may hold anything; no value makes a method throw. The keys `timestamp`, `level`, `message`, `trace_id`,
 * `span_id`, `trace_flags`, `request_id`, `function_name`, `function_version`, `function_memory_mb`, `cold_start`,
 * `tenant_id` and `correlation_id` are the logger's own: a field of that name is left out. With Lambda's JSON log format
 * two of them are called as the platform calls them, `requestId` and `tenantId`.
 */
export const log: Log = /* @__PURE__ */ createLog();

/** What a logger and its children have in common. */
interface Root {
  readonly env: NodeJS.ProcessEnv;
  readonly write: ((line: string) => void) | undefined;
  readonly level: LogLevel;
  rules: Rules | undefined;
}

/** What the environment says; read when it is first needed. */
interface Rules extends Levels {
  readonly format: LineFormat;
}

function rulesOf(root: Root): Rules {
  root.rules ??= { ...readLevels(root.env), format: formatOf(root.env) };
  return root.rules;
}

function makeLog(root: Root, bound: BoundFields): Log {
  const method = (level: LogLevel): LogMethod => {
    const severity = severities[level];
    return (message, fields) => {
      const verdict = admit(root, severity.number);
      if (verdict === false) return;
      survive('log_failed', 'A log line', () => writeLine(root, bound, severity, message, fields, verdict), undefined);
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
    fatal: method('fatal'),
    with: (fields) => makeLog(root, bindFields(bound, fields, rulesOf(root).format)),
    set: (fields) => setFields(fields, rulesOf(root).format),
  };
}

/** Levels first, then whatever stands before the logger: it may let more through, or hold lines. */
function admit(root: Root, severityNumber: number): boolean | HoldLine {
  const { floor, set } = rulesOf(root);
  if (severityNumber < floor) return false;
  const allowed = severityNumber >= (set ?? numberOf(currentPipeline()?.logs?.level ?? root.level));
  const gate = shared().logGate;
  if (gate === undefined) return allowed;
  return survive('log_gate_failed', 'What holds log lines', () => gate.admit(severityNumber, allowed), allowed);
}

function numberOf(level: LogLevel): number {
  return (severities[level] ?? severities.info).number;
}

function setFields(given: Fields, format: LineFormat): void {
  const frame = currentFrame();
  if (frame === undefined) {
    diagnose('log_set_outside', 'log.set was called outside an invocation, where it does nothing', USE_WITH);
    return;
  }
  const fields = { ...frame.logFields, ...bindFields(unbound, given, format).plain };
  for (const name in given) if (given[name] === undefined) delete fields[name];
  frame.logFields = fields;
}

const USE_WITH = 'Use log.with there, which gives a logger of its own.';

function writeLine(
  root: Root,
  bound: BoundFields,
  severity: Severity,
  given: unknown,
  givenFields: unknown,
  hold: true | HoldLine,
): void {
  const timestampMs = Date.now();
  const { format } = rulesOf(root);
  const { message: told, rest } = messageOf(given, givenFields);
  const message = currentRedactor().say('message', told);
  const frame = currentFrame();
  const ids = idsOf(frame);
  const fields = lineFields(boundWithin(bound, frame?.logFields, format), rest, format);
  const facts = writeFacts(frame, format, root.env);
  const line = `${writeHead(timestampMs, severity, message)}${ids.text}${facts}${fields.text}}`;
  const pipeline = frame?.invocation.pipeline ?? currentPipeline();
  const write = (dying: boolean): void => {
    const elsewhere = root.write ?? (dying ? undefined : pipeline?.writeLine);
    if (elsewhere === undefined) writeStdout(line, dying);
    else elsewhere(line);
    const emit = pipeline?.emitLog;
    if (emit === undefined) return;
    const { spanContext } = ids;
    const record = (): void => emit(makeRecord({ timestampMs, severity, message, facts, fields, format, spanContext }));
    survive('emit_log_failed', 'Sending a log record', record, undefined);
  };
  if (hold === true) write(false);
  else hold(write, Buffer.byteLength(line));
}
