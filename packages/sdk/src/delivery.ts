import { describeError, diagnose, type Flusher, type LogRecord } from '@tracelet/core';
import { type Breaker, makeBreaker } from './breaker.ts';
import { flushWithin, LEAST_MS } from './budget.ts';
import type { Ledger } from './ledger.ts';
import type { OtlpBody } from './otlp/encode.ts';
import { type Packer, packSpans, splitBySize, splitLogsBySize } from './otlp/encode.ts';
import type { OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';
import type { PostResult } from './otlp/post.ts';
import { makeOutbox, type Outlet, type Parcel } from './outbox.ts';

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

/** While a destination is left alone, so many spans or log records are encoded together: fewer, larger requests later. */
const ENCODE_AT = 100;

/**
 * Of more spans than this all but the newest are encoded while the invocation runs: encoded ones take a tenth of the
 * memory. With 10,000 spans the collector had to keep alive, a span took 3 us more.
 */
const PACK_ABOVE = 256;

/**
 * Delivers telemetry from a process that may be frozen after any flush, one attempt per body and flush. What was
 * recorded goes down this way, and only this way, so the ledger's identity holds at every step:
 *
 * ```
 *   recorded -> encoded into a body -> waiting in the outbox -> one attempt -> acknowledged | rejected in part
 *                 |                      ^  |                    |      |
 *                 | too large            |  | no room            |      | refused for good
 *                 v                      |  v                    |      v
 *              dropped                   | dropped               |   dropped
 *                                        +---- may work later ---+
 * ```
 *
 * Each destination has a breaker; what is meant for one that rests waits, and holds nothing else up.
 */
export function makeDelivery(options: DeliveryOptions): Delivery {
  const { ledger, logScope, logs: logsTo, resource, timeoutMs, traces: tracesTo } = options;
  const outbox = makeOutbox(options.retainBytes ?? RETAIN_BYTES, ({ items }) => drop('buffer_full', items, EVICTED));
  let spans: OtlpSpan[] = [];
  let logs: LogRecord[] = [];
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

  const lanes: Lane[] = [];
  let packEarly = (): void => {};
  if (tracesTo) {
    const { encoding, maxBytes } = tracesTo;
    let packer: Packer<OtlpSpan> | undefined;
    let packed: OtlpBody[] = [];
    packEarly = () => {
      packer ??= packSpans(encoding, maxBytes);
      for (const span of spans.splice(0, spans.length - 1)) packed.push(...packer.add(span));
    };
    const encode = (): void => {
      // The invocation's own span ends last and matters most: it goes first, in the first body.
      const rootFirst = [...spans.slice(-1), ...spans.slice(0, -1)];
      const early = packer === undefined ? [] : [...packed, ...packer.end()];
      spans = [];
      packed = [];
      packer = undefined;
      keep(tracesTo, splitBySize(rootFirst, encoding, maxBytes));
      keep(tracesTo, early);
    };
    // What is packed is many, and no bound of bytes holds it before it is in the outbox.
    const recorded = (): number => (packer === undefined ? spans.length : Infinity);
    lanes.push({ outlet: tracesTo, breaker: makeBreaker(timeoutMs), recorded, encode });
  }
  if (logsTo) {
    const encode = (): void => {
      const written = logs;
      logs = [];
      keep(logsTo, splitLogsBySize(written, resource, logScope, logsTo.encoding, logsTo.maxBytes));
    };
    lanes.push({ outlet: logsTo, breaker: makeBreaker(timeoutMs), recorded: () => logs.length, encode });
  }

  /** What an answer means for what was sent. */
  const conclude = (parcel: Parcel, result: Exclude<PostResult, Retryable>): void => {
    const { items, outlet } = parcel;
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
  };

  /** Sends what waits for one destination, oldest first, until all is sent, the time is over or the backend fails. */
  const send = async ({ breaker, outlet }: Lane, untilMs: number): Promise<void> => {
    let tookMs = -1;
    let fault: Retryable | undefined;
    for (const parcel of outbox.parcels.filter((each) => each.outlet === outlet)) {
      const startedAtMs = Date.now();
      if (fault || untilMs - startedAtMs < LEAST_MS) break;
      const result = await outlet.send(parcel.body, untilMs - startedAtMs);
      tookMs = Math.max(tookMs, Date.now() - startedAtMs);
      if (result.status === 'retryable') {
        fault = result;
        sayRetained(result.reason, result.message);
      } else conclude(parcel, result);
    }
    if (tookMs >= 0) breaker.note({ tookMs, fault });
  };

  const flushOnce = async (untilMs: number): Promise<void> => {
    for (const lane of lanes) {
      const isOpen = lane.breaker.allows();
      if (isOpen || lane.recorded() >= ENCODE_AT) lane.encode();
      if (isOpen) await send(lane, untilMs);
    }
    outbox.trim();
  };

  return {
    addSpan(span) {
      ledger.produce(1);
      spans.push(span);
      if (spans.length > PACK_ABOVE) packEarly();
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

/** Says once that a backend cannot be sent to now. */
export function sayRetained(reason: string, message: string): void {
  diagnose(`export_retained:${reason}`, `telemetry is kept for the next invocation: ${message}`, UNREACHABLE);
}

/** One signal's way to its destination. */
interface Lane {
  readonly outlet: Outlet;
  readonly breaker: Breaker;
  /** Spans or log records that wait to be encoded. */
  readonly recorded: () => number;
  readonly encode: () => void;
}

type Retryable = Extract<PostResult, { status: 'retryable' }>;

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
