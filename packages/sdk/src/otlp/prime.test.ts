import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { post } from './post.ts';
import { primeTarget } from './prime.ts';
import { closeTarget, type OtlpTarget, openTarget } from './target.ts';

const servers: Server[] = [];
const targets: OtlpTarget[] = [];

afterEach(() => {
  for (const target of targets.splice(0)) closeTarget(target);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

it('connects, sends nothing, and leaves the connection to the first request', async () => {
  const { connections, requests, target } = await start();
  expect(await primeTarget(target)).toBe(undefined);
  expect([connections.length, requests]).toEqual([1, []]);
  for (const body of ['one', 'two']) {
    expect(await post(target, Buffer.from(body), 1000)).toMatchObject({ status: 'acknowledged' });
  }
  expect([connections.length, requests]).toEqual([1, ['POST /v1/traces 3 one', 'POST /v1/traces 3 two']]);
});

it.each([
  ['before it is needed', async (socket: Socket) => void socket.destroy(), 20],
  ['without a sign', async (socket: Socket) => void socket.resetAndDestroy(), 0],
])('makes a new connection when the one it made was closed %s', async (_when, close, waitMs) => {
  const { connections, requests, target } = await start();
  await primeTarget(target);
  await close(connections[0] as Socket);
  await new Promise((resolve) => setTimeout(resolve, waitMs));
  expect(await post(target, Buffer.from('body'), 1000)).toMatchObject({ status: 'acknowledged' });
  expect([connections.length, requests]).toEqual([2, ['POST /v1/traces 4 body']]);
});

it('tells what is wrong, and does not get in the way of the first request', async () => {
  const { server, target } = await start();
  await new Promise((resolve) => server.close(resolve));
  expect(await primeTarget(target)).toEqual({ reason: 'refused', message: 'failed with ECONNREFUSED' });
  expect(await post(target, Buffer.from('body'), 1000)).toMatchObject({ status: 'retryable', reason: 'refused' });
});

async function start(): Promise<{
  connections: Socket[];
  requests: string[];
  server: Server;
  target: OtlpTarget;
}> {
  const requests: string[] = [];
  const connections: Socket[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push(`${request.method} ${request.url} ${request.headers['content-length']} ${body}`);
      response.end();
    });
  });
  server.on('connection', (socket) => connections.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const target = openTarget({ url, encoding: 'protobuf', compression: 'none' });
  targets.push(target);
  return { connections, requests, server, target };
}
