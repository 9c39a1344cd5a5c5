import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type OtlpTarget, post } from './post.ts';
import { cleanUp, isClosed, open, serve, serveRaw } from './test-support/serve.ts';

const BODY = Buffer.from('a small body');

afterEach(cleanUp);

describe('a fault', () => {
  it('of a port where nothing listens is a refusal', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const message = `${url} failed with ECONNREFUSED`;
    expect(await post(open({ url }), BODY, 1000)).toEqual({ status: 'retryable', reason: 'refused', message });
  });

  it('of a connection that is reset before the answer is a reset, and the request is not repeated', async () => {
    let connections = 0;
    const url = await serveRaw((socket) => {
      connections++;
      socket.once('data', () => socket.resetAndDestroy());
    });
    const message = `${url} failed with ECONNRESET`;
    expect(await post(open({ url }), BODY, 1000)).toEqual({ status: 'retryable', reason: 'reset', message });
    expect(connections).toBe(1);
  });

  it('of an answer that breaks off is a reset for 200, and what the status says otherwise', async () => {
    for (const [status, expected] of [
      [200, 'reset'],
      [503, 'http_503'],
      [400, 'http_400'],
    ] as const) {
      const url = await serveRaw((socket) => {
        socket.once('data', () => socket.end(`HTTP/1.1 ${status} X\r\ncontent-length: 100\r\n\r\nonly this`));
      });
      expect(await post(open({ url }), BODY, 1000)).toMatchObject({ reason: expected });
    }
  });

  it('of a backend that never answers is a timeout, in time', async () => {
    const { sockets, url } = await serve(() => {});
    const message = `${url} did not answer in time`;
    expect(await timed(post(open({ url }), BODY, 80), 70, 2000)).toEqual({
      status: 'retryable',
      reason: 'timeout',
      message,
    });
    await isClosed(sockets[0]);
  });

  it('of an answer that is too slow is a timeout for 200, and what the status says otherwise', async () => {
    const { url } = await serve((response, { path }) => {
      response.writeHead(Number(path?.slice(1)));
      const timer = setInterval(() => response.write('.'), 10);
      onTestFinished(() => clearInterval(timer));
    });
    const at = (status: number): Promise<unknown> => post(open({ url: new URL(`/${status}`, url).href }), BODY, 80);
    expect(await timed(at(200), 70, 2000)).toMatchObject({ status: 'retryable', reason: 'timeout' });
    expect(await timed(at(500), 70, 2000)).toMatchObject({ status: 'rejected', reason: 'http_500' });
  });

  it('of no time left is a timeout without a request', async () => {
    const target = open({});
    let requests = 0;
    const count = (): never => requests++ as never;
    const ways = [
      { agent: new Agent(), request: count },
      { ...target.way, send: count },
    ];
    for (const timeoutMs of [0, -5, Number.NaN, 1e-9]) {
      for (const compression of ['none', 'gzip'] as const) {
        for (const way of ways) {
          const result = await post({ ...target, way, compression } as OtlpTarget, Buffer.alloc(2000), timeoutMs);
          expect(result).toMatchObject({ status: 'retryable', reason: 'timeout' });
        }
      }
    }
    expect(requests).toBe(0);
  });

  it('does not come from a time without end', async () => {
    const { url } = await serve((response) => setTimeout(() => response.end(), 20));
    expect(await post(open({ url }), BODY, Number.POSITIVE_INFINITY)).toEqual({ status: 'acknowledged' });
  });

  it('of a compression that takes too long is a timeout', async () => {
    const { received, url } = await serve((response) => response.end());
    const body = randomBytes(32 << 20);
    const result = await post(open({ url, compression: 'gzip' }), body, 10);
    expect(result).toMatchObject({ status: 'retryable', reason: 'timeout' });
    expect(received).toHaveLength(0);
  });

  it('of the network is retryable, named by its code', async () => {
    const faults = {
      ETIMEDOUT: ['timeout', 'failed with ETIMEDOUT'],
      EPIPE: ['reset', 'failed with EPIPE'],
      EHOSTUNREACH: ['network', 'failed with EHOSTUNREACH'],
      ENOTFOUND: ['network', 'failed with ENOTFOUND'],
      '': ['network', 'failed with no code'],
    } as const;
    const target = open({ url: await serveRaw(() => {}) });
    for (const [code, [reason, message]] of Object.entries(faults)) {
      const { request: open } = process.getBuiltinModule('node:http');
      const request = ((...args: Parameters<typeof open>) =>
        open(...args).destroy(Object.assign(new Error('no code'), code && { code }))) as typeof open;
      const way = { agent: new Agent(), request };
      const result = await post({ ...target, way }, BODY, 1000);
      expect(result).toEqual({ status: 'retryable', reason, message: `${target.url} ${message}` });
    }
  });

  it('of an answer that changes the protocol is a reset', async () => {
    const head = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n';
    const url = await serveRaw((socket) => socket.once('data', () => socket.write(head)));
    expect(await post(open({ url }), BODY, 1000)).toMatchObject({ status: 'retryable', reason: 'reset' });
  });

  it('of an answer in another protocol names the port of OTLP/HTTP', async () => {
    const url = await serveRaw((socket) => socket.once('data', () => socket.end('\0\0\x18\x04\0\0\0\0\0')));
    expect(await post(open({ url }), BODY, 1000)).toEqual({
      status: 'retryable',
      reason: 'network',
      message: expect.stringMatching(/failed with HPE_\w+: is it OTLP\/HTTP \(port 4318\), not OTLP\/gRPC \(4317\)\?$/),
    });
  });

  it('after the result is never an uncaught exception', async () => {
    const faults: unknown[] = [];
    const listener = (error: unknown): unknown => faults.push(error);
    process.on('uncaughtException', listener);
    onTestFinished(() => void process.off('uncaughtException', listener));
    const url = await serveRaw((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
    });
    const target = open({ url });
    expect(await post(target, Buffer.alloc(3 << 20), 1000)).toMatchObject({ status: 'rejected', reason: 'http_413' });
    expect(await post(open({ url }), Buffer.alloc(3 << 20), 3)).toMatchObject({
      status: expect.stringMatching(/^re/),
    });
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(faults).toEqual([]);
  });
});

async function timed<T>(promise: Promise<T>, minMs: number, maxMs: number): Promise<T> {
  const start = performance.now();
  const result = await promise;
  const tookMs = performance.now() - start;
  expect(tookMs).toBeGreaterThan(minMs);
  expect(tookMs).toBeLessThan(maxMs);
  return result;
}
