import { constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { HrTime } from '@opentelemetry/api';
import type { OtlpAttributes, OtlpSpan } from './otlp/otlp-data.ts';

/**
 * What a breadcrumb says of its process.
 *
 * - `e`: no invocation is running. `r`: one is. `h`: one is, and was still alive a while after its start.
 * - `w`: one is close to its deadline. `s`: the same, and the backend has the snapshots of its spans.
 * - `u`: an error was not caught. `x`: the process ended by itself.
 */
export type Phase = 'e' | 'r' | 'h' | 'w' | 's' | 'u' | 'x';

/** The last thing that was seen of a process. */
export interface LastSign {
  /** In milliseconds since the epoch. */
  readonly atMs?: number | undefined;
  readonly peakKb?: number | undefined;
  readonly exitCode?: number | undefined;
  readonly errorType?: string | undefined;
  readonly message?: string | undefined;
}

/** The invocation that a breadcrumb is about. */
export interface CrumbRecord {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startTime: HrTime;
  readonly deadlineMs: number | null;
  readonly peakKb: number;
  readonly attributes?: OtlpAttributes | undefined;
}

/** What a process before this one left behind. */
export interface Lost {
  readonly phase: string;
  /** Spans and log records that had not been delivered. */
  readonly undelivered: number;
  readonly record: Partial<CrumbRecord>;
  readonly last: LastSign;
}

/**
 * Notes what the process is at, so that the next one can tell what became of it. Each note is one or two writes to a file
 * that stays open, 1 to 3 us together, and survives whatever kills the process. Never throws: without a file it notes nothing.
 */
export interface Breadcrumb {
  /** What the process before this one left; all but empty when it left nothing. */
  readonly lost: Lost;
  begin(span: OtlpSpan, deadlineMs: number): void;
  /** What became of the invocation that was begun; nothing after `e`. */
  note(phase: Phase, sign?: LastSign): void;
  /** How many spans and log records would be lost if the process died now. */
  undelivered(count: number): void;
}

/** Phase and count, and a line end. */
const HEAD_BYTES = 16;

/** Records above this go without attributes, to bound the write. */
const MAX_RECORD_LENGTH = 4096;

/**
 * Opens the breadcrumb of this execution environment. Lambda keeps the temp folder when it resets an environment after a
 * time-out or a crash.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
 */
export function openBreadcrumb(path: string): Breadcrumb {
  let fd = -1;
  let text = '';
  let lastBytes = HEAD_BYTES;
  let isRunning = false;
  try {
    fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    text = readFileSync(fd, 'utf8');
  } catch {
    // A read-only or full disk: no evidence, and no harm.
  }
  const write = (written: string, position: number): number => {
    try {
      return writeSync(fd, written, position);
    } catch {
      return 0;
    }
  };
  const note = (phase: Phase, sign?: LastSign): void => {
    // Of an invocation that is not recorded there is nothing to tell.
    if (!isRunning) return;
    if (sign) write(`${JSON.stringify(sign)}\n`, lastBytes);
    write(phase, 0);
    isRunning = phase !== 'e';
  };
  const undelivered = (count: number): void => void write(`${count}`.padEnd(HEAD_BYTES - 2), 1);
  const lost = readCrumb(text);
  write('e0'.padEnd(HEAD_BYTES - 1).concat('\n'), 0);
  return {
    lost,
    note,
    undelivered,
    begin(span, deadlineMs) {
      const { attributes, kind, name, parentSpanContext, startTime } = span;
      const { spanId, traceId } = span.spanContext();
      const parentId = parentSpanContext?.spanId;
      const peakKb = process.resourceUsage().maxRSS;
      const record: CrumbRecord = { traceId, spanId, parentId, name, kind, startTime, deadlineMs, peakKb };
      const whole = JSON.stringify({ ...record, attributes });
      const line = whole.length > MAX_RECORD_LENGTH ? JSON.stringify(record) : whole;
      lastBytes = HEAD_BYTES + write(`${line}\n`, HEAD_BYTES);
      isRunning = true;
      note('r');
    },
  };
}

/** Reads what a process left; total, because a file in a temp folder may hold anything. */
export function readCrumb(text: string): Lost {
  const [head = '', record, last] = text.split('\n', 3);
  const phase = head.slice(0, 1);
  // What follows the record is only of this invocation when the phase says so.
  const sign = phase === 'r' ? {} : parse(last);
  return { phase, undelivered: Number.parseInt(head.slice(1), 10) || 0, record: parse(record), last: sign };
}

function parse(line = ''): object {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
}
