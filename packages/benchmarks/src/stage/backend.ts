import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeOtlp } from '@tracelet/testing';

/** How the backend answers: at once, after 200 ms, not at all, or nobody listens. */
export type Mood = 'fast' | '200 ms' | 'refused' | 'black hole';

/** Takes whatever the contestants send: OTLP, Sentry's envelopes, X-Ray's datagrams. */
export interface Backend {
  /** Base address for OTLP. */
  readonly url: string;
  readonly port: number;
  /** Port of the X-Ray daemon, UDP. */
  readonly xrayPort: number;
  /** Address of the service that the downstream calls go to. */
  readonly serviceUrl: string;
  /** Spans that arrived since the last time it was asked, and how many calls of the service had a trace context. */
  take(): Arrived;
  /** Changes how it answers from now on. */
  turn(mood: Mood): Promise<void>;
  close(): void;
}

/** What arrived. */
export interface Arrived {
  readonly spans: number;
  /** Spans without a parent or of kind SERVER: of a batch the one of the invocation itself. */
  readonly roots: number;
  readonly requests: number;
  readonly bytes: number;
  readonly calls: number;
  readonly callsWithContext: number;
}

interface Body {
  readonly path: string;
  readonly type: string;
  readonly isGzip: boolean;
  readonly bytes: Buffer;
}

/** Starts it on 127.0.0.1. What comes is kept as bytes and read only when asked for, out of the measured time. */
export async function startBackend(): Promise<Backend> {
  let mood: Mood = 'fast';
  let bodies: Body[] = [];
  let datagrams: Buffer[] = [];
  let calls = { calls: 0, callsWithContext: 0 };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/orders/')) {
      const { headers } = request;
      calls.calls += 1;
      if (
        'traceparent' in headers ||
        'x-amzn-trace-id' in headers ||
        'x-datadog-trace-id' in headers ||
        'sentry-trace' in headers
      ) {
        calls.callsWithContext += 1;
      }
      response.end('{"order":7}');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers } = request;
      const isGzip = headers['content-encoding'] === 'gzip';
      bodies.push({ path, type: headers['content-type'] ?? '', isGzip, bytes: Buffer.concat(chunks) });
      const answer = (): unknown =>
        response
          .writeHead(200, { 'content-type': headers['content-type'] ?? 'text/plain' })
          .end(isJson(headers['content-type']) ? '{}' : '');
      if (mood === '200 ms') setTimeout(answer, 200);
      else if (mood !== 'black hole') answer();
    });
  });
  server.keepAliveTimeout = 0;
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const udp: DatagramSocket = createSocket({ type: 'udp4', recvBufferSize: 16 * 1024 * 1024 });
  udp.on('message', (message) => datagrams.push(message));
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    xrayPort: udp.address().port,
    serviceUrl: `http://127.0.0.1:${port}/orders/7`,
    take: () => {
      const arrived = { ...count(bodies, datagrams), ...calls };
      bodies = [];
      datagrams = [];
      calls = { calls: 0, callsWithContext: 0 };
      return arrived;
    },
    turn: async (next) => {
      if (next === 'refused' && server.listening) {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      } else if (next !== 'refused' && !server.listening) {
        await listen(port);
      }
      mood = next;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
      udp.close();
    },
  };
}

function isJson(type: string | undefined): boolean {
  return type?.includes('json') ?? false;
}

function count(bodies: readonly Body[], datagrams: readonly Buffer[]): Omit<Arrived, 'calls' | 'callsWithContext'> {
  let [spans, roots, bytes] = [0, 0, 0];
  for (const body of bodies) {
    bytes += body.bytes.length;
    const [more, moreRoots] = read(body);
    spans += more;
    roots += moreRoots;
  }
  for (const datagram of datagrams) {
    bytes += datagram.length;
    if (datagram.includes('trace_id')) spans += 1;
  }
  return { spans, roots, bytes, requests: bodies.length + datagrams.length };
}

function read({ bytes, isGzip, path, type }: Body): readonly [spans: number, roots: number] {
  const body = isGzip ? gunzipSync(bytes) : bytes;
  if (path.endsWith('/v1/traces')) {
    const data = decodeOtlp('traces', isJson(type) ? 'json' : 'protobuf', body);
    if (!data.ok) return [0, 0];
    return [data.spans.length, data.spans.filter(({ kind }) => kind === 'SERVER').length];
  }
  if (path.includes('/envelope/')) {
    const transactions = body
      .toString()
      .split('\n')
      .filter((line) => line.includes('"spans":['));
    const lists = transactions.map((line) => (JSON.parse(line) as { spans: readonly unknown[] }).spans.length + 1);
    return [lists.reduce((sum, length) => sum + length, 0), transactions.length];
  }
  return [0, 0];
}
