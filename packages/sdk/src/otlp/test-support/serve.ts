import { once } from 'node:events';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { closeTarget, type OtlpTarget, openTarget, type TargetOptions } from '../target.ts';

/** A request as the server got it. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A real server on 127.0.0.1 that keeps what it gets. */
export interface TestServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** All connections ever made, open or not. */
  readonly sockets: readonly Socket[];
}

/** Answers a request once its body is here; `count` is 1 for the first request. */
export type Answer = (response: ServerResponse, request: Received, count: number) => void;

/** Starts an HTTP server, https with `tls`, that lives until `cleanUp`. */
export async function serve(answer: Answer, tls?: ServerOptions): Promise<TestServer> {
  const received: Received[] = [];
  const sockets: Socket[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { headers, method, url: path } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks) };
      received.push(one);
      answer(response, one, received.length);
    });
  };
  const server: Server =
    tls === undefined
      ? process.getBuiltinModule('node:http').createServer(listener)
      : process.getBuiltinModule('node:https').createServer(tls, listener);
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/v1/traces`, received, sockets };
}

/** Starts a TCP server that lives until `cleanUp`, and returns the URL to reach it by. */
export async function serveRaw(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
}

/** Opens a target that lives until `cleanUp`: protobuf, not compressed, unless the options say otherwise. */
export function open(options: Partial<TargetOptions>): OtlpTarget {
  const target = openTarget({ url: 'http://127.0.0.1:4318/', encoding: 'protobuf', compression: 'none', ...options });
  cleanUps.push(() => closeTarget(target));
  return target;
}

/** Waits until a connection of the server is closed; fails after a second. */
export function isClosed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket?.destroyed !== false) return resolve();
    const timer = setTimeout(() => reject(new Error('still open')), 1000);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Ends all that was started or opened: give it to `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const end of cleanUps.splice(0).reverse()) await end();
}

const cleanUps: (() => unknown)[] = [];
