import { describeError, diagnose, type Flusher, type LogRecord } from '@tracelet/core';
import { flushBudgetMs } from './budget.ts';
import { makeLedger } from './ledger.ts';
import type { OtlpBody } from './otlp/encode.ts';
import { splitBySize, splitLogsBySize } from './otlp/encode.ts';
import type { OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';
import { type OtlpTarget, type PostResult, post } from './otlp/post.ts';
import { type Counts, makeOutbox, type Parcel } from './outbox.ts';
import { within } from './within.ts';

/** Where telemetry waits between being recorded and being acknowledged by a backend. */
export interface Delivery extends Flusher {
  addSpan(span: OtlpSpan): void;
  addLog(record: LogRecord): void;
  counts(): Counts;
}

/** Where each signal goes; a signal without a target is not recorded. */
export interface DeliveryOptions {
  readonly traces: OtlpTarget | undefined;
  readonly logs: OtlpTarget | undefined;
  readonly resource: OtlpResource;
  readonly logScope: OtlpScope;
  /** How long a flush may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Bound of what waits for a backend that does not answer, in bytes. Default: 8 MiB. */
  readonly retainBytes?: number | undefined;
}

const RETAIN_BYTES = 8 * 1024 * 1024;

/** After this many failed flushes in a row the backend is left alone for a while. */
const TRIPS_AFTER = 3;
const REST_MS = 10_000;

/**
 * Delivers by OTLP/HTTP from a process that may be frozen after any flush. One attempt per body and flush:
 * recorded -> encoded -> acknowledged | retained for the next flush | dropped, with the reason counted.
 */
export function makeDelivery(options: DeliveryOptions): Delivery {
  const { logScope, logs: logsTarget, resource, timeoutMs, traces: tracesTarget } = options;
  const ledger = makeLedger();
  const outbox = makeOutbox(options.retainBytes ?? RETAIN_BYTES, ({ items }) => drop('buffer_full', items, EVICTED));
  let spans: OtlpSpan[] = [];
  let logs: LogRecord[] = [];
  let failures = 0;
  let restUntilMs = 0;
  let running: Promise<void> | undefined;

  const drop = (reason: string, items: number, message: string): void => {
    ledger.drop(reason, items);
    diagnose(`export_dropped:${reason}`, `telemetry was dropped (${reason}): ${message}`, REMEDIES[reason] ?? REMEDY);
  };

  const encodeWaiting = (): void => {
    const keep =
      (signal: Parcel['signal']) =>
      ({ bytes, dropped, end, start }: OtlpBody): void => {
        if (dropped > 0) drop('too_large', dropped, 'a single item exceeds the size of a request');
        const items = end - start - dropped;
        if (items > 0) outbox.put({ signal, body: bytes, items });
      };
    const [endedSpans, writtenLogs] = [spans, logs];
    spans = [];
    logs = [];
    // The invocation's own span ends last and matters most: it goes first, in the first body.
    const rootFirst = [...endedSpans.slice(-1), ...endedSpans.slice(0, -1)];
    if (tracesTarget !== undefined) splitAll(splitBySize(rootFirst, tracesTarget.encoding), keep('traces'));
    if (logsTarget !== undefined)
      splitAll(splitLogsBySize(writtenLogs, resource, logScope, logsTarget.encoding), keep('logs'));
  };

  /** Sends what waits, oldest first, until all is sent, the time is over or the backend fails. */
  const sendWaiting = async (untilMs: number): Promise<void> => {
    for (const parcel of [...outbox.parcels]) {
      const target = parcel.signal === 'traces' ? tracesTarget : logsTarget;
      const leftMs = untilMs - Date.now();
      if (target === undefined || leftMs <= 0) return;
      const result = await post(target, parcel.body, leftMs);
      if (result.status === 'retryable') return rest(target, result);
      failures = 0;
      outbox.remove(parcel);
      settle(parcel, result);
    }
  };

  const settle = (parcel: Parcel, result: Exclude<PostResult, { status: 'retryable' }>): void => {
    if (result.status === 'rejected') {
      drop(result.reason, parcel.items, result.message);
      return;
    }
    const rejected = Math.min(result.partial?.rejected ?? 0, parcel.items);
    ledger.deliver(parcel.items - rejected);
    if (result.partial !== undefined) drop('partial_success', rejected, result.partial.message);
  };

  const rest = (
    target: OtlpTarget,
    { message, reason, retryAfterMs }: Extract<PostResult, { status: 'retryable' }>,
  ): void => {
    failures += 1;
    const restMs = Math.max(retryAfterMs ?? 0, failures >= TRIPS_AFTER ? REST_MS : 0);
    restUntilMs = Date.now() + restMs;
    const what = `telemetry could not be sent to ${target.url} (${reason}): ${message}; it is kept for the next invocation`;
    diagnose(`export_retained:${reason}`, what, UNREACHABLE);
  };

  const flushOnce = async (untilMs: number): Promise<void> => {
    encodeWaiting();
    if (Date.now() >= restUntilMs) await sendWaiting(untilMs);
  };

  return {
    addSpan(span) {
      ledger.produce(1);
      spans.push(span);
    },
    addLog(record) {
      ledger.produce(1);
      logs.push(record);
    },
    counts: () => ledger.counts(),
    async flush(deadlineMs) {
      const startedAtMs = Date.now();
      const budgetMs = flushBudgetMs(timeoutMs, deadlineMs, startedAtMs);
      const isEmpty = spans.length + logs.length + outbox.parcels.length === 0;
      if (budgetMs === 0 || isEmpty) return;
      // Of flushes that overlap (several invocations at once) each waits for the one before, then sends its own.
      const before = running ?? Promise.resolve();
      const own = before.then(() => flushOnce(startedAtMs + budgetMs)).catch(reportFault);
      running = own;
      await within(own, budgetMs);
    },
  };
}

const EVICTED = 'the backend did not answer for so long that the oldest had to make room';
const REMEDY = 'Look at the message and at the backend.';
const UNREACHABLE =
  'Set OTEL_EXPORTER_OTLP_ENDPOINT to a reachable OTLP/HTTP endpoint (default http://localhost:4318), or OTEL_TRACES_EXPORTER=none.';
const REMEDIES: Readonly<Record<string, string>> = {
  buffer_full: UNREACHABLE,
  too_large: 'Put less into one span or log record.',
};

/** A fault of our own must not stop the flushes after it. */
function reportFault(error: unknown): void {
  diagnose('flush_failed', `a flush failed: ${describeError(error).message}`, 'Please report this with the message.');
}

function splitAll(bodies: Iterable<OtlpBody>, keep: (body: OtlpBody) => void): void {
  for (const body of bodies) keep(body);
}
