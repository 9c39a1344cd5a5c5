import { Agent } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { post } from './post.ts';
import { cleanUp, isClosed, open, serve } from './test-support/serve.ts';
import { VERSION } from './version.ts';

const BODY = Buffer.from('a small body');

afterEach(cleanUp);

describe('a request', () => {
  it('is a POST of the body to the URL as given, with the headers given and our own', async () => {
    const server = await serve((response) => response.end());
    const headers = { 'X-Api-Key': 'k', 'Content-Type': 'text/plain', 'content-length': '1', Connection: 'close' };
    const target = open({ url: `${server.url}/../traces?a=b%20c&d`, headers });
    expect(await post(target, BODY, 1000)).toEqual({ status: 'acknowledged' });
    const [request] = server.received;
    expect(request).toMatchObject({ method: 'POST', path: '/v1/traces?a=b%20c&d', body: BODY });
    expect(request?.headers).toEqual({
      'user-agent': `tracelet/${VERSION}`,
      'x-api-key': 'k',
      'content-type': 'application/x-protobuf',
      'content-length': String(BODY.length),
      host: new URL(server.url).host,
      connection: 'keep-alive',
    });
  });

  it('names the encoding, takes another user agent, and authenticates as the URL says', async () => {
    const server = await serve((response) => response.end());
    const url = server.url.replace('://', '://me:p%40ss@');
    const target = open({ url, encoding: 'json', headers: { 'User-Agent': 'mine' } });
    await post(target, BODY, 1000);
    await post({ ...target, headers: { authorization: 'Bearer t' } }, BODY, 1000);
    expect(
      server.received.map(({ headers }) => [headers['content-type'], headers['user-agent'], headers.authorization]),
    ).toEqual([
      ['application/json', 'mine', `Basic ${Buffer.from('me:p@ss').toString('base64')}`],
      ['application/json', `tracelet/${VERSION}`, 'Bearer t'],
    ]);
  });

  it('is compressed only when asked and above 1 KiB', async () => {
    const server = await serve((response) => response.end());
    const sizes = [
      [1024, 'gzip'],
      [1025, 'gzip'],
      [5000, 'none'],
    ] as const;
    for (const [sizeBytes, compression] of sizes) {
      const target = open({ url: server.url, compression });
      expect(await post(target, Buffer.alloc(sizeBytes, 'x'), 1000)).toEqual({ status: 'acknowledged' });
    }
    expect(
      server.received.map(({ headers, body }) => [headers['content-encoding'], headers['content-length'], body.length]),
    ).toEqual([
      [undefined, '1024', 1024],
      ['gzip', String(server.received[1]?.body.length), server.received[1]?.body.length],
      [undefined, '5000', 5000],
    ]);
    expect(gunzipSync(server.received[1]?.body ?? '')).toEqual(Buffer.alloc(1025, 'x'));
  });

  it('runs where OpenTelemetry suppresses tracing, in the context of the caller', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    onTestFinished(() => context.disable());
    const server = await serve((response) => response.end());
    const target = open({ url: server.url });
    const key = createContextKey('mine');
    const seen: unknown[] = [];
    const { request: ask } = process.getBuiltinModule('node:http');
    const request = ((...args: Parameters<typeof ask>) => {
      seen.push(isTracingSuppressed(context.active()), context.active().getValue(key));
      return ask(...args);
    }) as typeof ask;
    const way = { agent: new Agent(), request };
    await context.with(ROOT_CONTEXT.setValue(key, 'kept'), () => post({ ...target, way }, BODY, 1000));
    expect(seen).toEqual([true, 'kept']);
    expect(isTracingSuppressed(context.active())).toBe(false);
  });

  it('is rejected, not thrown, if Node refuses to make it', async () => {
    const target = open({ url: 'http://127.0.0.1:9/v1/traces' });
    expect(await post({ ...target, headers: { 'bad name': 'x' } }, BODY, 1000)).toEqual({
      status: 'rejected',
      reason: 'invalid_request',
      message: 'http://127.0.0.1:9/v1/traces cannot be requested: Header name must be a valid HTTP token ["bad name"]',
    });
  });
});

describe('an answer', () => {
  it('of each status is acknowledged, retryable or rejected as OTLP says', async () => {
    const statuses = [
      101, 200, 202, 204, 299, 300, 304, 307, 400, 401, 404, 408, 413, 415, 429, 499, 500, 501, 502, 503, 504, 505, 599,
    ];
    const server = await serve((response, { path }) => {
      response.statusCode = Number(path?.slice(1));
      response.end();
    });
    const outcomes: Record<number, string> = {};
    for (const status of statuses) {
      const result = await post(open({ url: new URL(`/${status}`, server.url).href }), BODY, 2000);
      outcomes[status] = result.status === 'acknowledged' ? 'acknowledged' : `${result.status} ${result.reason}`;
    }
    const rejected = [101, 300, 304, 307, 400, 401, 404, 408, 413, 415, 499, 500, 501, 505, 599];
    expect(outcomes).toEqual({
      ...Object.fromEntries([200, 202, 204, 299].map((status) => [status, 'acknowledged'])),
      ...Object.fromEntries([429, 502, 503, 504].map((status) => [status, `retryable http_${status}`])),
      ...Object.fromEntries(rejected.map((status) => [status, `rejected http_${status}`])),
    });
  });

  it('says where, what the backend said, and the remedy', async () => {
    const { url } = await serve((response, _request, count) => {
      if (count === 1) response.writeHead(401, { 'content-type': 'application/json' }).end('{"message":"no such key"}');
      else if (count === 2) response.writeHead(400, { 'content-type': 'text/plain' }).end('first\n\u001b[31msecond');
      else response.writeHead(302, { location: '/login?token=secret' }).end();
    });
    const target = open({ url: `${url}?api-key=secret` });
    const messages = [];
    for (let i = 0; i < 3; i++) messages.push(await post(target, BODY, 1000));
    expect(messages).toEqual([
      {
        status: 'rejected',
        reason: 'http_401',
        message: `${url} answered 401: {"message":"no such key"}. Check the credentials in OTEL_EXPORTER_OTLP_HEADERS.`,
      },
      { status: 'rejected', reason: 'http_400', message: `${url} answered 400: first [31msecond` },
      {
        status: 'rejected',
        reason: 'http_302',
        message: `${url} answered 302. Redirects are not followed: set the endpoint to its final address.`,
      },
    ]);
  });

  it('is not followed where it redirects', async () => {
    const server = await serve((response) => response.writeHead(307, { location: 'not a url at all:' }).end());
    const result = await post(open({ url: server.url }), BODY, 1000);
    expect(result).toMatchObject({ status: 'rejected', reason: 'http_307' });
    expect(server.received).toHaveLength(1);
  });

  it('tells when to come back, in seconds or as a date', async () => {
    const values = [
      '7',
      ' 0 ',
      new Date(Date.now() + 90_000).toUTCString(),
      'Wed, 21 Oct 2015 07:28:00 GMT',
      '9'.repeat(400),
      '-1',
      '1.5',
      'soon',
      '',
    ];
    const { url } = await serve((response, _request, count) =>
      response.writeHead(count % 2 ? 503 : 429, { 'retry-after': values[count - 1] ?? '' }).end(),
    );
    const target = open({ url });
    const delays: (number | undefined)[] = [];
    for (const _ of values) {
      const result = await post(target, BODY, 1000);
      delays.push(result.status === 'retryable' ? result.retryAfterMs : Number.NaN);
    }
    expect(delays.map((ms, i) => (i === 2 ? Math.round((ms ?? 0) / 5000) * 5000 : ms))).toEqual([
      7000,
      0,
      90_000,
      0,
      86_400_000,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of partial success is acknowledged with the count and the message, in either encoding', async () => {
    const message = Buffer.from([0x0a, 6, 0x08, 3, 0x12, 2, 0x68, 0x69]);
    const json = { partialSuccess: { rejectedSpans: '3', errorMessage: 'hi' } };
    const { url } = await serve((response, _request, count) => {
      if (count === 1) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(message);
      else response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(json));
    });
    const target = open({ url });
    const expected = { status: 'acknowledged', partial: { rejected: 3, message: 'hi' } };
    expect([await post(target, BODY, 1000), await post(target, BODY, 1000)]).toEqual([expected, expected]);
  });

  it('of 200 that is no OTLP is acknowledged with a warning', async () => {
    const { url } = await serve((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
    expect(await post(open({ url }), BODY, 1000)).toEqual({
      status: 'acknowledged',
      partial: {
        rejected: 0,
        message: 'the answer is not OTLP (text/html): is it an OTLP receiver?',
      },
    });
  });

  it('of more than 4 MiB is rejected, and an endless one is cut off', async () => {
    const { sockets, url } = await serve((response, { path }) => {
      response.on('error', () => {});
      response.writeHead(path === '/503' ? 503 : 200);
      const chunk = Buffer.alloc(1 << 16);
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pump);
      pump();
    });
    const message = `${url} answered more than 4 MiB`;
    expect(await post(open({ url }), BODY, 5000)).toEqual({
      status: 'rejected',
      reason: 'response_too_large',
      message,
    });
    const unavailable = await post(open({ url: new URL('/503', url).href }), BODY, 5000);
    expect(unavailable).toMatchObject({ status: 'retryable', reason: 'http_503' });
    for (const socket of sockets) await isClosed(socket);
    expect(sockets).toHaveLength(2);
  });
});
