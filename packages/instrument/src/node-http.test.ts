import { Agent, type ClientRequest, get, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContextKey, context as otelContext, propagation } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { nodeHttp } from './node-http.ts';
import { call, freePort, type Peer, type Rig, rig, startPeer } from './rig.fixture.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let peer: Peer;
let on: Rig;

beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());
beforeEach(() => {
  on = rig([nodeHttp()], peer.port);
});
afterEach(() => {
  on.dispose();
  vi.unstubAllEnvs();
});

const get200 = 'CLIENT GET http://127.0.0.1:PORT/ok 200';

describe('a call', () => {
  it('is a CLIENT span with the attributes of the HTTP conventions, a child of the active span', async () => {
    expect(await on.invoke(() => call(peer, '/ok?page=2&api_key=abc', { auth: 'user:pass' }))).toBe('ok');
    expect(on.finished().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: 'GET',
        attributes: {
          'http.request.method': 'GET',
          'server.address': '127.0.0.1',
          'server.port': peer.port,
          'url.full': `${peer.url}/ok?page=2&api_key=REDACTED`,
          'http.response.status_code': 200,
          'tracelet.connection.reused': false,
        },
      },
    ]);
    expect(on.finished()[0]?.parentSpanContext?.spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  it('has the status Error for 4xx and 5xx, with the status code as error type', async () => {
    await on.invoke(() => call(peer, '/status/404'));
    await on.invoke(() => call(peer, '/status/500', { method: 'POST' }));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/status/404 404 error.type=404 ERROR()',
      'CLIENT POST http://127.0.0.1:PORT/status/500 500 error.type=500 ERROR()',
    ]);
  });

  it('is called HTTP where the method is no known one', async () => {
    await on.invoke(() => call(peer, '/ok', { method: 'PURGE' }));
    expect(on.spans()).toEqual(['CLIENT HTTP http://127.0.0.1:PORT/ok 200']);
    expect(on.finished()[0]?.attributes).toMatchObject({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PURGE',
    });
  });

  it('ends when the body has been read, not with its head', async () => {
    await on.invoke(() => call(peer, '/slow'));
    const { duration: [seconds, nanoseconds] = [0, 0] } = on.finished()[0] ?? {};
    expect(seconds * 1000 + nanoseconds / 1e6).toBeGreaterThan(50);
  });

  it('ends with its head at the end of the invocation, where nobody reads the body', async () => {
    const agent = new Agent();
    await on.invoke(async () => {
      await new Promise((resolve) => get(`${peer.url}/large`, { agent }, resolve));
      await sleep(50);
    });
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/large 200']);
    expect(on.finished()[0]?.duration[1]).toBeLessThan(40e6);
    agent.destroy();
  });

  it('is left open at the end of another invocation', async () => {
    const agent = new Agent();
    await on.invoke(async () => {
      await new Promise((resolve) => get(`${peer.url}/large`, { agent }, resolve));
      await on.invoke(() => undefined, 'r-2');
      expect(on.spans()).toEqual([]);
    });
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/large 200']);
    agent.destroy();
  });

  it('reuses connections as it would without us', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const before = peer.connections();
    for (let i = 0; i < 3; i++) await on.invoke(() => call(peer, '/ok', { agent }));
    expect(peer.connections() - before).toBe(1);
    expect(on.spans()).toEqual([get200, get200, get200]);
    agent.destroy();
  });

  it('keeps its own parent among 1,000 at once', async () => {
    const agent = new Agent({ maxSockets: 50 });
    const invocations = Array.from({ length: 10 }, (_, at) =>
      on.invoke(() => Promise.all(Array.from({ length: 100 }, () => call(peer, '/headers', { agent }))), `r-${at}`),
    );
    const carried = (await Promise.all(invocations)).map((bodies) =>
      bodies.map((body) => String((JSON.parse(String(body)) as { traceparent: string }).traceparent).split('-')),
    );
    expect(carried.map((headers) => new Set(headers.map(([, traceId]) => traceId)).size)).toEqual(Array(10).fill(1));
    expect(new Set(carried.flat().map(([, traceId]) => traceId)).size).toBe(10);
    const sent = new Set(carried.flat().map(([, , spanId]) => spanId));
    expect(new Set(on.finished().map((span) => span.spanContext().spanId))).toEqual(sent);
    expect(sent.size).toBe(1000);
  });
});

describe('the trace context', () => {
  const sentBy = async (options: RequestOptions = {}, meanwhile?: (request: ClientRequest) => void) =>
    JSON.parse(String(await on.invoke(() => call(peer, '/headers', options, meanwhile)))) as Record<string, string>;
  const own = (): string => {
    const { traceId, spanId } = on.finished()[0]?.spanContext() ?? { traceId: '', spanId: '' };
    return `00-${traceId}-${spanId}-01`;
  };

  it('is sent along, baggage to the listed hosts only', async () => {
    expect(await sentBy()).toEqual({ traceparent: own(), tracestate: 'vendor=1' });
    on.dispose();
    on = rig([nodeHttp({ propagateTo: ['127.0.0.1'] })], peer.port);
    expect(await sentBy()).toEqual({ traceparent: own(), tracestate: 'vendor=1', baggage: 'tenant=7' });
  });

  it('stays here where the host is not listed', async () => {
    on.dispose();
    on = rig([nodeHttp({ propagateTo: ['example.com', /internal/] })], peer.port);
    expect(await sentBy()).toEqual({});
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/headers 200']);
  });

  it('gives way to one that the caller set', async () => {
    expect(await sentBy({ headers: { Traceparent: PARENT } })).toEqual({ traceparent: PARENT });
  });

  it('is not sent with headers that were given as an array', async () => {
    const headers = ['Host', `127.0.0.1:${peer.port}`, 'Connection', 'close'];
    expect(await sentBy({ headers } as unknown as RequestOptions)).toEqual({});
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/headers 200']);
    expect(on.finished()[0]?.attributes).toMatchObject({ 'server.port': peer.port });
  });

  it('is not sent with headers that are sent in the constructor', async () => {
    const headers = { Expect: '100-continue' };
    expect(await sentBy({ headers })).toEqual({});
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/headers 200']);
  });

  it('is sent before the caller flushes the headers', async () => {
    expect(await sentBy({ method: 'POST' }, (sent) => sent.flushHeaders())).toMatchObject({ traceparent: own() });
  });

  it('is left out, and the call made, where a propagator throws', async () => {
    const inject = vi.spyOn(propagation, 'inject').mockImplementation(() => {
      throw new Error('broken propagator');
    });
    expect(await sentBy()).toEqual({});
    expect(inject).toHaveBeenCalledTimes(1);
    inject.mockRestore();
  });
});

describe('nothing is traced', () => {
  it('outside an invocation', async () => {
    expect(await call(peer, '/headers')).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('while tracing is suppressed', async () => {
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const suppressed = () => otelContext.with(otelContext.active().setValue(key, true), () => call(peer, '/headers'));
    expect(await on.invoke(suppressed)).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('of the Lambda Runtime API', async () => {
    on.dispose();
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', `127.0.0.1:${peer.port}`);
    on = rig([nodeHttp()], peer.port);
    expect(await on.invoke(() => call(peer, '/headers'))).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('once the plugin is disposed, and what is open ends then', async () => {
    const outcome = on.invoke(() => call(peer, '/slow'));
    await sleep(30);
    on.dispose();
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/slow 200']);
    expect(await outcome).toBe('halfdone');
    expect(await on.invoke(() => call(peer, '/headers'))).toBe('{}');
    expect(on.finished()).toHaveLength(1);
  });
});

describe('the target', () => {
  it('has the port of the connection where the caller wrote another host into the Host header', async () => {
    await on.invoke(() => call(peer, '/ok', { headers: { Host: 'shop.example.com' } }));
    expect(on.spans()).toEqual([get200]);
    expect(on.finished()[0]?.attributes).toMatchObject({ 'server.address': '127.0.0.1', 'server.port': peer.port });
  });

  it('has the port of the scheme where the URL names none', async () => {
    const agent = new Agent();
    Object.assign(agent, { createConnection: () => connect(peer.port, '127.0.0.1') });
    await on.invoke(() => new Promise((resolve) => get('http://127.0.0.1/status/204', { agent }, resolve)));
    expect(on.finished()[0]?.attributes).toMatchObject({
      'server.port': 80,
      'url.full': 'http://127.0.0.1/status/204',
    });
    agent.destroy();
  });

  it('is the whole URL that a proxy is given', async () => {
    await on.invoke(() => call(peer, '/', { path: 'http://me:secret@shop.example.com/ok?sig=1' }));
    expect(on.finished()[0]?.attributes['url.full']).toBe('http://shop.example.com/ok?sig=REDACTED');
  });

  it('is the path of a socket', async () => {
    const socketPath = '/nowhere/tracelet.sock';
    await on.invoke(() => new Promise((resolve) => get({ socketPath, path: '/x' }).on('error', resolve)));
    expect(on.finished()[0]?.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': socketPath,
      'url.full': 'http://localhost/x',
      'error.type': 'ENOENT',
    });
  });

  it('is an IPv6 address without brackets, but in the URL', async () => {
    const port = await freePort();
    await on.invoke(() => new Promise((resolve) => get(`http://[::1]:${port}/x`).on('error', resolve)));
    expect(on.finished()[0]?.attributes).toMatchObject({
      'server.address': '::1',
      'server.port': port,
      'url.full': `http://[::1]:${port}/x`,
    });
  });
});
