import { describeError, diagnose, type Flusher, type LogRecord } from '@tracelet/core';
import { flushWithin } from './budget.ts';
import type { Ledger } from './ledger.ts';
import type { OtlpBody } from './otlp/encode.ts';
import { splitBySize, splitLogsBySize } from './otlp/encode.ts';
import type { OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';
import type { PostResult } from './otlp/post.ts';
import { makeOutbox, type Outlet } from './outbox.ts';

/** Where telemetry waits between being recorded and being acknowledged by a backend. */
export interface Delivery extends Flusher {
  addSpan(span: OtlpSpan): void;
  addLog(record: LogRecord): void;
}

/** Where each signal goes; one without an outlet must not be recorded. */
export interface DeliveryOptions {
  readonly traces: Outlet | undefined;
  readonly logs: Outlet | undefined;
  readonly resource: OtlpResource;
  readonly logScope: OtlpScope;
  /** How long a flush may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly ledger: Ledger;
  /** Bound of what waits for a backend that does not answer, in bytes. Default: 8 MiB. */
  readonly retainBytes?: number | undefined;
}

const RETAIN_BYTES = 8 * 1024 * 1024;

/** After this many failed flushes in a row the backend is left alone for a while. */
const TRIPS_AFTER = 3;
const REST_MS = 10_000;

/**
 * Delivers encoded telemetry from a process that may be frozen after any flush. One attempt per body and flush:
 * recorded -> encoded -> acknowledged | retained for the next flush | dropped, with the reason counted.
 */
export function makeDelivery(options: DeliveryOptions): Delivery {
  const { ledger, logScope, logs: logsTo, resource, timeoutMs, traces: tracesTo } = options;
  const outbox = makeOutbox(options.retainBytes ?? RETAIN_BYTES, ({ items }) => drop('buffer_full', items, EVICTED));
  let spans: OtlpSpan[] = [];
  let logs: LogRecord[] = [];
  let failures = 0;
  let restUntilMs = 0;
  let running: Promise<void> = Promise.resolve();

  const drop = (reason: string, items: number, message: string): void => {
    ledger.drop(reason, items);
    diagnose(`export_dropped:${reason}`, `telemetry was dropped: ${message}`, REMEDIES[reason] ?? REMEDY);
  };

  const keep = (outlet: Outlet, bodies: Iterable<OtlpBody>): void => {
    for (const { bytes, dropped, end, start } of bodies) {
      if (dropped > 0) drop('too_large', dropped, 'one item exceeds the size of a request');
      const items = end - start - dropped;
      if (items > 0) outbox.put({ outlet, body: bytes, items });
    }
  };

  const encodeWaiting = (): void => {
    // The invocation's own span ends last and matters most: it goes first, in the first body.
    const rootFirst = [...spans.slice(-1), ...spans.slice(0, -1)];
    const written = logs;
    spans = [];
    logs = [];
    if (tracesTo) keep(tracesTo, splitBySize(rootFirst, tracesTo.encoding));
    if (logsTo) keep(logsTo, splitLogsBySize(written, resource, logScope, logsTo.encoding));
  };

  /** Sends what waits, oldest first, until all is sent, the time is over or the backend fails. */
  const sendWaiting = async (untilMs: number): Promise<void> => {
    for (const parcel of [...outbox.parcels]) {
      const { body, items, outlet } = parcel;
      const leftMs = untilMs - Date.now();
      if (leftMs <= 0) return;
      const result = await outlet.send(body, leftMs);
      if (result.status === 'retryable') return rest(result);
      failures = 0;
      outbox.remove(parcel);
      if (result.status === 'rejected') drop(result.reason, items, result.message);
      else {
        const { message = '', rejected: said = 0 } = result.partial ?? {};
        const rejected = Math.min(said, items);
        ledger.deliver(items - rejected);
        if (rejected > 0) drop('partial_success', rejected, `${outlet.name}: ${message}`);
        else if (message)
          diagnose('export_warning', `${outlet.name} took the telemetry with a warning: ${message}`, REMEDY);
      }
    }
  };

  const rest = ({ message, reason, retryAfterMs = 0 }: Extract<PostResult, { status: 'retryable' }>): void => {
    failures += 1;
    restUntilMs = Date.now() + Math.max(retryAfterMs, failures >= TRIPS_AFTER ? REST_MS : 0);
    diagnose(`export_retained:${reason}`, `telemetry is kept for the next invocation: ${message}`, UNREACHABLE);
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
    async flush(deadlineMs) {
      if (spans.length + logs.length + outbox.parcels.length === 0) return;
      await flushWithin(timeoutMs, deadlineMs, (budgetMs) => {
        const untilMs = Date.now() + budgetMs;
        // Of flushes that overlap (several invocations at once) each waits for the one before, then sends its own.
        running = running.then(() => flushOnce(untilMs)).catch(reportFault);
        return running;
      });
    },
  };
}

const EVICTED = 'no answer, so the oldest made room';
const REMEDY = 'Look at the message and the backend.';
const UNREACHABLE = 'Set OTEL_EXPORTER_OTLP_ENDPOINT to a reachable endpoint, or OTEL_TRACES_EXPORTER=none.';
const REMEDIES: Readonly<Record<string, string>> = {
  buffer_full: UNREACHABLE,
  too_large: 'Put less into one span or log record.',
};

/** A fault of our own must not stop the flushes after it. */
function reportFault(error: unknown): void {
  diagnose('flush_failed', `a flush failed: ${describeError(error).message}`, 'Please report this.');
}
