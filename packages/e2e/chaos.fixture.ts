import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type LocalRuntime, type Sink, startRuntime, startSink } from '@tracelet/testing';
import type { Leg } from './clients.ts';
import type { Bundles } from './lifecycle.fixture.ts';

/** What stands between function and backend, so that connections can be disturbed whatever the backend says. */
export interface Wire {
  readonly url: string;
  /** Stops listening, and cuts what is open. */
  refuse(): Promise<void>;
  /** Listens again. */
  accept(): Promise<void>;
  /** Ends every open connection, by FIN or by RST. */
  cut(how: 'close' | 'reset'): void;
  /** Answers what comes with these bytes, and does not pass it on; `undefined` passes on again. */
  garble(bytes: string | undefined): void;
  close(): Promise<void>;
}

/** Starts a wire to a backend. */
export async function startWire(backendUrl: string): Promise<Wire> {
  const sockets = new Set<Socket>();
  let garbage: string | undefined;
  const { port: backendPort } = new URL(backendUrl);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    const upstream = connect(Number(backendPort), '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    upstream.on('data', (chunk) => socket.write(chunk));
    upstream.on('close', () => socket.end());
    socket.on('data', (chunk) => (garbage === undefined ? upstream.write(chunk) : socket.write(garbage)));
    socket.on('close', () => upstream.destroy());
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (how: 'close' | 'reset'): void => {
    for (const socket of sockets) how === 'reset' ? socket.resetAndDestroy() : socket.destroy();
  };
  const stop = (): Promise<void> => {
    cut('reset');
    return closed(server);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    refuse: stop,
    accept: () => listen(port),
    cut,
    garble: (bytes) => {
      garbage = bytes;
    },
    close: stop,
  };
}

/** What was seen of a row of invocations. */
export interface Seen {
  /** Event handed over to response complete, in milliseconds, sorted. */
  readonly latenciesMs: readonly number[];
  /** The same of the function without tracelet, invoked in turn with the other. */
  readonly bareLatenciesMs: readonly number[];
  /** What Lambda would bill beyond the bare function, summed up. */
  readonly extraBilledMs: number;
}

/** Two functions, one of them wrapped, and the backend of that. */
export interface Stage {
  readonly sink: Sink;
  readonly wire: Wire;
  /** Invokes both in turn. `between` runs while they are frozen. */
  invoke(times: number, between?: () => unknown): Promise<Seen>;
  /** What has been recorded so far, and what of it arrived or was told to have been given up. */
  account(): Account;
  close(): Promise<void>;
}

/** Spans and log records. */
export interface Account {
  readonly produced: number;
  /** Each counted once. */
  readonly arrived: number;
  /** By the attributes of the span that arrived last. */
  readonly dropped: number;
  readonly reasons: readonly string[];
}

/** Starts both functions on a leg. Two spans and a log record an invocation, and a span for init. */
export async function openStage(leg: Leg, bundles: Bundles, env: Readonly<Record<string, string>>): Promise<Stage> {
  const sink = await startSink();
  const wire = await startWire(sink.url);
  const common = { OTEL_EXPORTER_OTLP_ENDPOINT: wire.url, OTEL_LOGS_EXPORTER: 'otlp', ...env };
  const start = async (fixture: string): Promise<LocalRuntime> =>
    startRuntime({ ...leg, handler: 'index.handler', taskRoot: await bundles.of(fixture), env: common });
  const [wrapped, bare] = await Promise.all([start('chaos'), start('chaos-bare')]);
  let count = 0;
  return {
    sink,
    wire,
    async invoke(times, between) {
      const latenciesMs: number[] = [];
      const bareLatenciesMs: number[] = [];
      let extraBilledMs = 0;
      for (let time = 0; time < times; time += 1) {
        count += 1;
        const plain = await bare.invoke({ n: count });
        const result = await wrapped.invoke({ n: count });
        if (result.payload !== 'done') throw new Error(`${result.status}: ${JSON.stringify(result.error)}`);
        latenciesMs.push(result.latencyMs ?? Infinity);
        bareLatenciesMs.push(plain.latencyMs ?? Infinity);
        extraBilledMs += result.busyMs - plain.busyMs;
        await between?.();
      }
      return {
        latenciesMs: latenciesMs.sort(ascending),
        bareLatenciesMs: bareLatenciesMs.sort(ascending),
        extraBilledMs,
      };
    },
    account() {
      const { logs, spans } = sink;
      const { attributes = {} } = spans.findLast(({ kind }) => kind === 'SERVER') ?? {};
      return {
        produced: 3 * count + 1,
        arrived: new Set([...spans.map(({ spanId }) => spanId), ...logs.map(({ body }) => body)]).size,
        dropped: Number(attributes['tracelet.export.dropped_count'] ?? 0),
        reasons: (attributes['tracelet.export.drop_reasons'] ?? []) as readonly string[],
      };
    },
    async close() {
      await Promise.all([wrapped.shutdown(), bare.shutdown()]);
      await wire.close();
      await sink.close();
    },
  };
}

/** The value below which this share of a sorted list lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
