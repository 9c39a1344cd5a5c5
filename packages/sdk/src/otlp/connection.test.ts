import { execFile } from 'node:child_process';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { post } from './post.ts';
import { closeTarget } from './target.ts';
import { certificate } from './test-support/certificate.ts';
import { cleanUp, open, serve, serveRaw } from './test-support/serve.ts';

const BODY = Buffer.from('a small body');
const TAKEN = { status: 'acknowledged' };

afterEach(cleanUp);

describe('a connection', () => {
  it('is kept and used again', async () => {
    const server = await serve((response) => response.end());
    const target = open({ url: server.url });
    for (let i = 0; i < 5; i++) expect(await post(target, BODY, 1000)).toEqual(TAKEN);
    expect([server.received.length, server.sockets.length]).toEqual([5, 1]);
  });

  it('is one of two at most', async () => {
    const server = await serve((response) => setTimeout(() => response.end(), 10));
    const target = open({ url: server.url });
    const results = await Promise.all(Array.from({ length: 6 }, () => post(target, BODY, 2000)));
    expect(results).toEqual(Array.from({ length: 6 }, () => TAKEN));
    expect(server.sockets).toHaveLength(2);
  });

  it('is not used again after an answer that was cut off', async () => {
    const server = await serve((response, _request, count) => (count === 1 ? undefined : response.end()));
    const target = open({ url: server.url });
    expect(await post(target, BODY, 50)).toMatchObject({ reason: 'timeout' });
    expect(await post(target, BODY, 1000)).toEqual(TAKEN);
    expect(server.sockets).toHaveLength(2);
  });

  it('that went stale is replaced at once, and the request is sent again', async () => {
    // The backend forgets idle connections without a word, as after a freeze: the next byte is answered by a reset.
    let requests = 0;
    const sockets: Socket[] = [];
    const url = await serveRaw((socket) => {
      sockets.push(socket);
      socket.on('data', () => {
        requests++;
        const isStale = sockets.indexOf(socket) < 2 && requests > 2;
        if (isStale) socket.resetAndDestroy();
        else setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), 20);
      });
    });
    const target = open({ url });
    expect(await Promise.all([post(target, BODY, 1000), post(target, BODY, 1000)])).toEqual([TAKEN, TAKEN]);
    expect(sockets).toHaveLength(2);
    // Both idle connections are stale by now; one retry is enough, because the other one is given up with it.
    expect(await post(target, BODY, 1000)).toEqual(TAKEN);
    expect([requests, sockets.length]).toEqual([4, 3]);
  });

  it('is replaced once only', async () => {
    let requests = 0;
    const url = await serveRaw((socket) => {
      socket.on('data', () => {
        if (++requests > 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    const target = open({ url });
    expect(await post(target, BODY, 1000)).toEqual(TAKEN);
    expect(await post(target, BODY, 1000)).toMatchObject({ status: 'retryable', reason: 'reset' });
    expect(requests).toBe(3);
  });

  it('closed by the backend between two requests costs nothing', async () => {
    const server = await serve((response) => response.end());
    const target = open({ url: server.url });
    await post(target, BODY, 1000);
    server.sockets[0]?.destroy();
    expect(await post(target, BODY, 1000)).toEqual(TAKEN);
    expect([server.received.length, server.sockets.length]).toEqual([2, 2]);
  });

  it('ends with closeTarget, and a request under way with it', async () => {
    const server = await serve((response, _request, count) => (count === 1 ? undefined : response.end()));
    const target = open({ url: server.url });
    const pending = post(target, BODY, 5000);
    while (server.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    closeTarget(target);
    expect(await pending).toMatchObject({ status: 'retryable', reason: 'reset' });
    closeTarget(target);
  });
});

describe('https', () => {
  it('trusts the authority given, sends the client certificate, and keeps the connection', async () => {
    const { cert, key } = certificate;
    const server = await serve((response) => response.end(), {
      cert,
      key,
      ca: cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const target = open({ url: server.url, tls: { ca: cert, cert, key } });
    for (let i = 0; i < 3; i++) expect(await post(target, BODY, 2000)).toEqual(TAKEN);
    expect([server.received.length, server.sockets.length]).toEqual([3, 1]);
  });

  it('does not trust a certificate of unknown authority, and says what to set', async () => {
    const server = await serve((response) => response.end(), certificate);
    expect(await post(open({ url: server.url }), BODY, 2000)).toEqual({
      status: 'retryable',
      reason: 'network',
      message: `${server.url} failed with DEPTH_ZERO_SELF_SIGNED_CERT: does it speak https, and is OTEL_EXPORTER_OTLP_CERTIFICATE its authority?`,
    });
    expect(server.received).toHaveLength(0);
  });

  it('to an endpoint that speaks http fails with a hint', async () => {
    const server = await serve((response) => response.end());
    const target = open({ url: server.url.replace('http:', 'https:') });
    expect(await post(target, BODY, 2000)).toMatchObject({
      status: 'retryable',
      reason: 'network',
      message: expect.stringContaining(': does it speak https'),
    });
  });
});

describe('the process', () => {
  it.each(['http', 'https'])(
    'exits while idle %s connections exist',
    async (scheme) => {
      const tls = scheme === 'https' ? certificate : undefined;
      const server = await serve((response) => response.end(), tls);
      const script = `
      const { openTarget } = await import(${JSON.stringify(import.meta.resolve('./target.ts'))});
      const { post } = await import(${JSON.stringify(import.meta.resolve('./post.ts'))});
      const target = openTarget(${JSON.stringify({ url: server.url, encoding: 'json', compression: 'none', tls: tls && { ca: tls.cert } })});
      const results = await Promise.all([1, 2].map(() => post(target, Buffer.from('{}'), 60_000)));
      await new Promise((resolve) => setTimeout(resolve, 50));
      console.log(results.map(({ status }) => status).join());
    `;
      const args = ['--input-type=module', '--eval', script];
      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 10_000, killSignal: 'SIGKILL' });
      expect(stdout.trim()).toBe('acknowledged,acknowledged');
      expect([server.sockets.length, scheme]).toEqual([2, scheme]);
    },
    15_000,
  );
});
