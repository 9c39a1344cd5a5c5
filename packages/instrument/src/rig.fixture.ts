import {
  type ClientRequest,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { context as otelContext, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createLambda, type Dispose, idlePipeline, makeHost, type Plugin, type XrayPolicy } from '@tracelet/core';
import { vi } from 'vitest';

/** Runs code inside an invocation with plugins set up, and keeps the spans below the invocation's. */
export interface Rig {
  invoke<T>(fn: () => T, requestId?: string): Promise<Awaited<T>>;
  /** The downstream spans in the order of their end, the server's port written as `PORT`. */
  readonly spans: () => readonly string[];
  readonly finished: () => readonly ReadableSpan[];
  readonly dispose: Dispose;
}

/** A server of peers' habits, good and bad. */
export interface Peer {
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
  /** How many connections it took. */
  readonly connections: () => number;
}

otelContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator({
  inject(context, carrier, setter) {
    const { traceId = '', spanId = '' } = trace.getSpanContext(context) ?? {};
    setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-01`);
    setter.set(carrier, 'tracestate', 'vendor=1');
    setter.set(carrier, 'baggage', 'tenant=7');
  },
  extract: (context) => context,
  fields: () => ['traceparent', 'tracestate', 'baggage'],
});

export function rig(plugins: readonly Plugin[], port = 0, xray: XrayPolicy = 'link'): Rig {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('test');
  const pipeline = idlePipeline({ tracer, xray });
  const lambda = createLambda({ pipeline: () => pipeline, settings: {}, above: () => [] });
  const handler = lambda((fn: () => unknown) => Promise.resolve().then(fn));
  const host = makeHost(tracer);
  const disposers = plugins.map((plugin) => plugin.setup?.(host));
  const finished = (): readonly ReadableSpan[] =>
    exporter.getFinishedSpans().filter(({ kind, name }) => kind !== SpanKind.SERVER && name !== 'init');
  return {
    invoke: <T>(fn: () => T, requestId = 'r-1') =>
      handler(fn, { awsRequestId: requestId, functionName: 'shop' } as never) as Promise<Awaited<T>>,
    finished,
    spans: () => finished().map((span) => line(span).replaceAll(String(port), 'PORT')),
    dispose: () => {
      for (const dispose of disposers) dispose?.();
    },
  };
}

function line({ name, kind, status, attributes }: ReadableSpan): string {
  const parts = [
    SpanKind[kind],
    name,
    attributes['url.full'],
    attributes['http.response.status_code'],
    attributes['error.type'] === undefined ? undefined : `error.type=${attributes['error.type']}`,
    status.code === SpanStatusCode.ERROR ? `ERROR(${status.message ?? ''})` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** Starts the server; it dies with `close`. */
export async function startPeer(): Promise<Peer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    answer(request.url ?? '', request.headers, request.socket, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** What a call by node:http came to: the body, or the error. The request has closed by then. */
export async function call(
  peer: Peer,
  path: string,
  options: RequestOptions = {},
  meanwhile?: (request: ClientRequest) => void,
): Promise<unknown> {
  const sent = request(peer.url + path, options);
  const closed = new Promise((resolve) => sent.on('close', resolve));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
  });
  meanwhile?.(sent);
  sent.end();
  const outcome = await answered.then(text).catch((error: unknown) => error);
  await closed;
  return outcome;
}

/** What one call printed on stdout, each line parsed. */
export async function printed(fn: () => Promise<unknown>): Promise<readonly unknown[]> {
  const spy = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await fn();
    return spy.mock.calls.map(([line]) => JSON.parse(String(line)));
  } finally {
    spy.mockRestore();
  }
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answer(url: string, headers: IncomingHttpHeaders, socket: Socket, response: ServerResponse): void {
  const [, name, detail] = url.split(/[/?]/);
  if (name === 'status') {
    response.writeHead(Number(detail)).end('done');
  } else if (name === 'headers') {
    const { traceparent, tracestate, baggage } = headers;
    response.end(JSON.stringify({ traceparent, tracestate, baggage }));
  } else if (name === 'redirect') {
    response.writeHead(302, { location: '/ok' }).end();
  } else if (name === 'reset') {
    socket.resetAndDestroy();
  } else if (name === 'slow-reset') {
    setTimeout(() => socket.resetAndDestroy(), 60);
  } else if (name === 'cut') {
    response.writeHead(200, { 'content-length': 100 }).write('half');
    setTimeout(() => socket.destroy(), 20);
  } else if (name === 'slow') {
    response.writeHead(200).write('half');
    setTimeout(() => response.end('done'), 60);
  } else if (name === 'large') {
    response.end('x'.repeat(4_000_000));
  } else if (name !== 'hang') {
    response.end('ok');
  }
}
