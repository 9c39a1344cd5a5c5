import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { OtlpData } from './otlp-decode.ts';
import type { SinkLog } from './otlp-logs.ts';
import type { SinkMetric } from './otlp-metrics.ts';
import {
  type Answer,
  answerOf,
  type Reception,
  receive,
  type SinkBehaviour,
  type SinkRequest,
} from './otlp-sink-receive.ts';
import type { SinkSpan } from './otlp-spans.ts';

/** Options of {@link startSink}. */
export interface SinkOptions {
  /** Port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number | undefined;
  /** Largest body taken, before and after gunzip; 64 MiB by default. A larger one is answered 413. */
  maxBodyBytes?: number | undefined;
}

/** What {@link Sink.waitFor} waits for: at least so many items of each kind named. */
export interface SinkCounts {
  spans?: number | undefined;
  logs?: number | undefined;
  metrics?: number | undefined;
  requests?: number | undefined;
}

/** An OTLP backend for tests: a real HTTP server that keeps what it is sent. */
export interface Sink {
  /** Base address, the value for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly url: string;
  /** Every span received, in order of arrival. */
  readonly spans: readonly SinkSpan[];
  /** The spans grouped by trace id, in order of first arrival. */
  readonly traces: readonly (readonly SinkSpan[])[];
  readonly logs: readonly SinkLog[];
  readonly metrics: readonly SinkMetric[];
  /** Every request, the refused ones too, in order of arrival. */
  readonly requests: readonly SinkRequest[];
  /**
   * Waits until the predicate holds or the counts are reached; checked at once and after each arrival.
   *
   * @param timeoutMs 5,000 by default.
   * @throws Error (rejects) when the time is over; the message says what had arrived by then.
   */
  waitFor(wanted: SinkCounts | ((sink: Sink) => boolean), timeoutMs?: number): Promise<void>;
  /**
   * Scripts the answers. A list is used up one request each, then answers are normal again; one behaviour is used for
   * the next `times` requests, all of them by default. Every call replaces the script; without arguments it ends it.
   */
  behave(behaviour?: SinkBehaviour | readonly SinkBehaviour[], times?: number): void;
  /** Forgets what was received. The script stays. */
  clear(): void;
  /** Stops the server and cuts every open connection, hanging ones too. */
  close(): Promise<void>;
}

/**
 * Starts an OTLP/HTTP receiver on 127.0.0.1 for `/v1/traces`, `/v1/logs` and `/v1/metrics`, protobuf and JSON, gzip.
 * Use it as the backend of a test or a demo: what arrives is decoded to plain objects. A body that is not OTLP is
 * answered 400, an unknown content type or encoding 415.
 *
 * @throws Error (rejects) when the port is taken.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const store: Store = { spans: [], logs: [], metrics: [], requests: [], script: [], waiters: new Set() };
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1024 * 1024;
  const server = createServer((request, response) => {
    void serve(store, maxBodyBytes, request, response);
  });
  await listen(server, options.port ?? 0);
  return makeSink(store, server);
}

interface Store {
  spans: SinkSpan[];
  logs: SinkLog[];
  metrics: SinkMetric[];
  requests: { -readonly [K in keyof SinkRequest]: SinkRequest[K] }[];
  script: { behaviour: SinkBehaviour; times: number }[];
  waiters: Set<() => void>;
}

function makeSink(store: Store, server: Server): Sink {
  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get spans() {
      return store.spans;
    },
    get traces() {
      return groupByTrace(store.spans);
    },
    get logs() {
      return store.logs;
    },
    get metrics() {
      return store.metrics;
    },
    get requests() {
      return store.requests;
    },
    waitFor: (wanted, timeoutMs = 5_000) => waitFor(store, sink, wanted, timeoutMs),
    behave: (behaviour = [], times = Number.POSITIVE_INFINITY) => {
      const isList = Array.isArray as (value: unknown) => value is readonly SinkBehaviour[];
      store.script = isList(behaviour)
        ? behaviour.map((each) => ({ behaviour: each, times: 1 }))
        : [{ behaviour, times }];
    },
    clear: () => {
      Object.assign(store, { spans: [], logs: [], metrics: [], requests: [] });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}

async function serve(
  store: Store,
  maxBodyBytes: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const reception = await receive(request, maxBodyBytes);
    const entry = { ...reception.request, status: undefined as number | undefined };
    store.requests.push(entry);
    notify(store);
    const behaviour = nextBehaviour(store);
    if (behaviour.reset) {
      request.socket.resetAndDestroy();
      return;
    }
    if (behaviour.hang) return;
    if (behaviour.delayMs !== undefined) await delay(behaviour.delayMs, response);
    if (response.destroyed) return;
    const answer = answerOf(reception, behaviour);
    keep(store, reception, answer);
    response.writeHead(answer.status, answer.headers).end(answer.body);
    entry.status = answer.status;
    notify(store);
  } catch {
    // The client went away while it was sending: there is nobody to answer and nothing whole to keep.
    response.destroy();
  }
}

function nextBehaviour(store: Store): SinkBehaviour {
  const step = store.script[0];
  if (step === undefined) return {};
  step.times -= 1;
  if (step.times <= 0) store.script.shift();
  return step.behaviour;
}

function keep(store: Store, { data }: Reception, { status, rejected }: Answer): void {
  if (data === undefined || status < 200 || status > 299) return;
  const accepted = <T>(items: readonly T[]): readonly T[] => items.slice(0, Math.max(0, items.length - rejected));
  for (const span of accepted(data.spans)) store.spans.push(span);
  for (const log of accepted(data.logs)) store.logs.push(log);
  for (const metric of accepted(data.metrics)) store.metrics.push(metric);
}

function waitFor(
  store: Store,
  sink: Sink,
  wanted: SinkCounts | ((sink: Sink) => boolean),
  timeoutMs: number,
): Promise<void> {
  const reached = typeof wanted === 'function' ? () => wanted(sink) : () => hasCounts(store, wanted);
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      store.waiters.delete(check);
      settle();
    };
    const check = (): void => {
      try {
        if (reached()) finish(resolve);
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const timer = setTimeout(() => finish(() => reject(new Error(describe(store, wanted, timeoutMs)))), timeoutMs);
    store.waiters.add(check);
    check();
  });
}

function hasCounts(store: OtlpData & { requests: readonly unknown[] }, wanted: SinkCounts): boolean {
  const kinds = ['spans', 'logs', 'metrics', 'requests'] as const;
  return kinds.every((kind) => store[kind].length >= (wanted[kind] ?? 0));
}

function describe(store: Store, wanted: SinkCounts | ((sink: Sink) => boolean), timeoutMs: number): string {
  const goal = typeof wanted === 'function' ? 'the predicate' : JSON.stringify(wanted);
  const names = store.spans.slice(0, 20).map((span) => span.name);
  const more = store.spans.length > names.length ? ', ...' : '';
  const requests = store.requests
    .slice(-10)
    .map(({ method, path, status, problem }) => `${method} ${path} ${status ?? 'unanswered'} ${problem ?? ''}`.trim());
  return [
    `The sink waited ${timeoutMs} ms for ${goal}.`,
    `Received: ${store.spans.length} spans${names.length > 0 ? ` (${names.join(', ')}${more})` : ''},`,
    `${store.logs.length} logs, ${store.metrics.length} metrics, ${store.requests.length} requests`,
    requests.length > 0 ? `(last: ${requests.join('; ')}).` : '(is the exporter pointed at the url of the sink?).',
  ].join(' ');
}

function groupByTrace(spans: readonly SinkSpan[]): readonly (readonly SinkSpan[])[] {
  const traces = new Map<string, SinkSpan[]>();
  for (const span of spans) {
    const trace = traces.get(span.traceId);
    if (trace === undefined) traces.set(span.traceId, [span]);
    else trace.push(span);
  }
  return [...traces.values()];
}

function notify(store: Store): void {
  for (const check of [...store.waiters]) check();
}

function delay(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    response.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
