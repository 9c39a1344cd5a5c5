import type { Span } from '@opentelemetry/api';
import {
  describeError,
  diagnose,
  type Finish,
  type Flusher,
  type InvocationInfo,
  isCallbackRuntime,
  type Plugin,
  processStartMs,
  survive,
} from '@tracelet/core';
import { NEAR_DEADLINE } from './attributes.ts';
import { type LastSign, type Noted, openBreadcrumb } from './breadcrumb.ts';
import type { Environment } from './env.ts';
import { recordEvidence } from './evidence.ts';
import { failSpan } from './failed-span.ts';
import type { Outputs } from './outputs.ts';
import { RecordingSpan } from './recording-span.ts';
import { recordUnfinished, TIMEOUT } from './unfinished.ts';
import { printLine } from './verbose.ts';
import { makeWatchdog } from './watchdog.ts';

/** What a life guard adds to a process. */
export interface LifeGuard {
  /** To be called at the start of each invocation. */
  readonly plugin: Plugin;
  /** The flusher that it was given; it notes what would be lost before and after each flush. */
  readonly flusher: Flusher;
}

/** An event loop that turns leaves a sign of life this often, so that what it dies of later is easier to tell. */
const BEAT_MS = 1000;

/** What a flush keeps for the response, which is not to be expected any more. */
const FLUSH_MARGIN_MS = 50;

/** Lambda leaves 300 to 500 ms between SIGTERM and SIGKILL; of what a flush is given it keeps its margin. */
const TERM_MS = 300;

const MAX_MESSAGE_LENGTH = 1000;
const MAX_NOTED_LENGTH = 4096;

/**
 * Sees to it that time-outs and crashes leave a span. Shortly before Lambda kills an invocation, what there is of it
 * leaves; what a process dies of suddenly is told by the next one, from the breadcrumb. One invocation costs three
 * notes of 3 us each.
 *
 * Nothing here changes how a process ends: no `unhandledRejection` or `uncaughtException` listener, and a SIGTERM that
 * nobody else listens to still kills, after one bounded flush.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
 * @see https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor
 */
export function makeLifeGuard(
  { deadlineMarginMs, lambda }: Environment,
  { counts, lose }: Pick<Outputs, 'counts' | 'lose'>,
  { flush: bareFlush }: Flusher,
): LifeGuard {
  // Of many invocations at once in many threads one file could not tell.
  const hasCrumb = deadlineMarginMs > 0 && !process.env.AWS_LAMBDA_MAX_CONCURRENCY;
  const crumb = hasCrumb ? openBreadcrumb(`${process.env.TMPDIR || '/tmp'}/tracelet-breadcrumb`) : undefined;
  const running = new Set<Span>();
  let lost = crumb?.lost;
  let exitsWhenIdle = true;
  let sign = '';
  let noted = '';
  let owed = 0;
  let isWritten = true;
  let hasSpoken = false;
  let peak = 0;
  let peakAtMs = 0;

  if (lost && lost.owed > 0) {
    lose(lost.owed);
    const what = `${lost.owed} spans and log records were lost with the process before this one`;
    diagnose('export_dropped:process_died', what, 'Look at why it died.');
  }

  const write = (): void => {
    isWritten = true;
    crumb?.write(owed, sign, noted);
  };
  /** Only while an invocation is noted. */
  const note = (more?: Partial<LastSign>): void => {
    if (noted === '') return;
    const at = Date.now();
    if (at - peakAtMs > BEAT_MS / 2) {
      peakAtMs = at;
      // Takes 7 us.
      peak = process.resourceUsage().maxRSS;
    }
    sign = JSON.stringify({ at, peak, ...more });
    write();
  };
  /** Written down with what the flush that follows owes; without one, at the next beat. */
  const forget = (): void => {
    sign = noted = '';
    isWritten = false;
  };
  const owe = (): void => {
    const { retained } = counts();
    if (retained === owed && isWritten) return;
    owed = retained;
    write();
  };
  const flush = async (deadlineMs: number): Promise<void> => {
    owe();
    await bareFlush(deadlineMs);
    owe();
  };

  /** The function may still end in time, and then its real spans follow under the same ids. */
  const giveUp = (span: Span, deadlineMs: number): void => {
    note(TIMEOUT);
    if (span instanceof RecordingSpan && isWanted(span)) {
      span.tail?.fail(span);
      recordUnfinished(span);
    }
    // When the backend has it, the next process has nothing to tell.
    void flush(deadlineMs + FLUSH_MARGIN_MS).then(() => {
      if (owed > 0) return;
      forget();
      write();
    });
  };
  const watchdog = makeWatchdog(BEAT_MS, () => {
    if (!isWritten) write();
    note();
  });

  const invocation = (span: Span, { context, deadlineMs }: InvocationInfo): Finish => {
    const nowMs = Date.now();
    const giveUpAtMs = deadlineMs - Math.max(deadlineMarginMs, (deadlineMs - nowMs) / 100);
    let isLate = false;
    const onLate = (): void => {
      isLate = true;
      survive('watchdog_failed', 'The deadline watchdog', () => giveUp(span, deadlineMs));
    };
    exitsWhenIdle = !isCallbackRuntime(context);
    if (crumb && span instanceof RecordingSpan) {
      if (lost) recordEvidence(span, lost, lambda.memoryMb, processStartMs());
      lost = undefined;
      // Of invocations inside one another the outermost is noted.
      if (running.size === 0 && isWanted(span)) {
        noted = describe(span, deadlineMs);
        note();
      }
    }
    running.add(span);
    const unwatch = deadlineMarginMs > 0 && giveUpAtMs > nowMs ? watchdog.watch(giveUpAtMs, onLate) : undefined;
    return () => {
      unwatch?.();
      running.delete(span);
      if (isLate) span.setAttribute(NEAR_DEADLINE, true);
      if (running.size === 0) forget();
    };
  };

  process.on('uncaughtExceptionMonitor', (error) => {
    const { message, type } = describeError(error);
    note({ type, message: message.slice(0, MAX_MESSAGE_LENGTH) });
    hasSpoken = true;
  });
  process.on('exit', (code) => {
    if (!isWritten) write();
    if (!hasSpoken) note({ type: 'process_exit', message: `The process exited with code ${code}.` });
  });
  // The event loop is empty: what an invocation under way waits for will not come. Runtime client 4 exits after what is
  // started here; client 3 answers `null` and goes on, so there the next flush sends.
  process.on('beforeExit', () => {
    if (running.size === 0) return;
    for (const root of running) {
      if (root instanceof RecordingSpan) root.tail?.fail(root);
      for (const span of root instanceof RecordingSpan ? [...root.openSpans].reverse() : [root]) {
        failSpan(span, 'never_settled', 'The event loop was empty: nothing could end this.').end();
      }
    }
    running.clear();
    forget();
    write();
    if (exitsWhenIdle) void flush(Infinity);
  });
  const onTerminate = async (): Promise<void> => {
    await flush(Date.now() + TERM_MS);
    if (owed > 0) printLine('tracelet: terminated', { ...counts() });
    process.off('SIGTERM', onTerminate);
    if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
  };
  process.on('SIGTERM', onTerminate);
  return { plugin: { name: 'tracelet-life-guard', invocation }, flusher: { flush } };
}

/** Whether the span of an invocation that suddenly ends is sent: not if nobody keeps faults of what is not sampled. */
function isWanted({ tail }: RecordingSpan): boolean {
  return tail?.wouldKeep() !== false;
}

/** The line of an invocation; a long one goes without attributes, to bound the write. */
function describe(span: RecordingSpan, deadline: number): string {
  const { attributes, kind, name, parentSpanContext, startTime } = span;
  const { spanId, traceFlags, traceId } = span.spanContext();
  const flags = traceFlags & 1 ? undefined : 0;
  const start = startTime[0] * 1000 + startTime[1] / 1e6;
  const noted: Noted = { traceId, spanId, parentId: parentSpanContext?.spanId, flags, name, kind, start, deadline };
  const line = JSON.stringify({ ...noted, attributes });
  return line.length > MAX_NOTED_LENGTH ? JSON.stringify(noted) : line;
}
