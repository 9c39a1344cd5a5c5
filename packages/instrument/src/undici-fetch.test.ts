import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContextKey, context as otelContext } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort, type Peer, printed, type Rig, rig, startPeer } from './rig.fixture.ts';
import { undiciFetch } from './undici-fetch.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

let peer: Peer;
let on: Rig;

beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());
beforeEach(() => {
  on = rig([undiciFetch()], peer.port);
});
afterEach(() => {
  on.dispose();
  vi.unstubAllEnvs();
});

/** The body, or the error. */
async function call(path: string, init: RequestInit = {}): Promise<unknown> {
  try {
    return await (await fetch(peer.url + path, init)).text();
  } catch (error) {
    return error;
  }
}

describe('a call', () => {
  it('is a CLIENT span with the attributes of the HTTP conventions', async () => {
    expect(await on.invoke(() => call('/ok?page=2&sig=abc'))).toBe('ok');
    expect(on.finished().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      {
        name: 'GET',
        attributes: {
          'http.request.method': 'GET',
          'server.address': '127.0.0.1',
          'server.port': peer.port,
          'url.full': `${peer.url}/ok?page=2&sig=REDACTED`,
          'http.response.status_code': 200,
          'tracelet.connection.reused': false,
        },
      },
    ]);
  });

  it('has the status Error for 4xx and 5xx, with the status code as error type', async () => {
    await on.invoke(() => call('/status/404'));
    await on.invoke(() => call('/status/500', { method: 'POST', body: 'x' }));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/status/404 404 error.type=404 ERROR()',
      'CLIENT POST http://127.0.0.1:PORT/status/500 500 error.type=500 ERROR()',
    ]);
  });

  it('is called HTTP where the method is no known one', async () => {
    await on.invoke(() => call('/ok', { method: 'PURGE' }));
    expect(on.spans()).toEqual(['CLIENT HTTP http://127.0.0.1:PORT/ok 200']);
  });

  it('has a span for each hop of a redirect', async () => {
    expect(await on.invoke(() => call('/redirect'))).toBe('ok');
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/redirect 302',
      'CLIENT GET http://127.0.0.1:PORT/ok 200',
    ]);
    expect(new Set(on.finished().map((span) => span.parentSpanContext?.spanId)).size).toBe(1);
    expect(on.finished().map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1]);
  });

  it('says whether its connection carried a request before', async () => {
    await on.invoke(async () => {
      await call('/ok');
      await call('/ok');
    });
    expect(on.finished().at(-1)?.attributes['tracelet.connection.reused']).toBe(true);
  });

  it('ends at the end of the invocation, where nobody reads the body', async () => {
    const { body } = await on.invoke(() => fetch(`${peer.url}/large`));
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/large 200']);
    await body?.cancel();
  });

  it('keeps its own parent among 1,000 at once', async () => {
    const invocations = Array.from({ length: 10 }, (_, at) =>
      on.invoke(() => Promise.all(Array.from({ length: 100 }, () => call('/headers'))), `r-${at}`),
    );
    const bodies = (await Promise.all(invocations)).flat();
    const sent = bodies.map((body) => (JSON.parse(String(body)) as { traceparent: string }).traceparent.slice(3, 52));
    const made = on.finished().map((span) => `${span.spanContext().traceId}-${span.spanContext().spanId}`);
    expect(sent.toSorted()).toEqual(made.toSorted());
    expect(new Set(sent).size).toBe(1000);
    expect(new Set(sent.map((ids) => ids.slice(0, 32))).size).toBe(10);
  });
});

describe('a call that fails', () => {
  it('says so by the code of the error', async () => {
    await on.invoke(() => call('/reset'));
    await on.invoke(() => call('/cut'));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/reset error.type=ECONNRESET ERROR(read ECONNRESET)',
      'CLIENT GET http://127.0.0.1:PORT/cut 200 error.type=UND_ERR_SOCKET ERROR(other side closed)',
    ]);
  });

  it('says that the peer refused', async () => {
    const port = await freePort();
    await on.invoke(() => fetch(`http://127.0.0.1:${port}/`).catch(() => undefined));
    expect(on.spans()).toEqual([
      `CLIENT GET http://127.0.0.1:${port}/ error.type=ECONNREFUSED ERROR(connect ECONNREFUSED 127.0.0.1:${port})`,
    ]);
  });

  it('says that it took too long', async () => {
    await on.invoke(() => call('/hang', { signal: AbortSignal.timeout(30) }));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/hang error.type=TimeoutError ERROR(The operation was aborted due to timeout)',
    ]);
  });

  it('says that the body to be sent failed', async () => {
    const body = new ReadableStream({
      async pull() {
        await sleep(5);
        throw new RangeError('no more');
      },
    });
    await on.invoke(() => call('/hang', { method: 'POST', body, duplex: 'half' } as RequestInit));
    expect(on.spans()).toEqual(['CLIENT POST http://127.0.0.1:PORT/hang error.type=RangeError ERROR(no more)']);
  });
});

describe('a call that the caller gives up', () => {
  it.each([[undefined], [new Error('enough')], ['enough']])('is no error, with the reason %s', async (reason) => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 20);
    const error = await on.invoke(() => call('/hang', { signal: stop.signal }));
    expect(error).toBe(stop.signal.reason);
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/hang']);
  });

  it('is no error in the middle of the body, either', async () => {
    const stop = new AbortController();
    await on.invoke(async () => {
      const response = await fetch(`${peer.url}/slow`, { signal: stop.signal });
      stop.abort();
      await response.text().catch(() => undefined);
    });
    await on.invoke(async () => (await fetch(`${peer.url}/slow`)).body?.cancel());
    const slow = 'CLIENT GET http://127.0.0.1:PORT/slow 200';
    expect(on.spans()).toEqual([slow, slow]);
  });
});

describe('the trace context', () => {
  const sentBy = async (init?: RequestInit) =>
    JSON.parse(String(await on.invoke(() => call('/headers', init)))) as Record<string, string>;
  const own = (): string => {
    const { traceId, spanId } = on.finished()[0]?.spanContext() ?? { traceId: '', spanId: '' };
    return `00-${traceId}-${spanId}-01`;
  };

  it('is sent along, baggage to the listed hosts only', async () => {
    expect(await sentBy()).toEqual({ traceparent: own(), tracestate: 'vendor=1' });
    on.dispose();
    on = rig([undiciFetch({ propagateTo: [/^127\./] })], peer.port);
    expect(await sentBy()).toEqual({ traceparent: own(), tracestate: 'vendor=1', baggage: 'tenant=7' });
  });

  it('stays here where the host is not listed', async () => {
    on.dispose();
    on = rig([undiciFetch({ propagateTo: [] })], peer.port);
    expect(await sentBy()).toEqual({});
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/headers 200']);
  });

  it('gives way to one that the caller set', async () => {
    expect(await sentBy({ headers: { Traceparent: PARENT } })).toEqual({ traceparent: PARENT });
  });

  it('leaves a single header of the caller alone', async () => {
    expect(await sentBy({ headers: [['tracestate', 'mine=1']] })).toEqual({ traceparent: own(), tracestate: 'mine=1' });
  });
});

describe('another version of undici', () => {
  /** Publishes what a request of undici's would; returns the headers added to it. */
  const create = async (parts: object): Promise<readonly string[]> => {
    const added: string[] = [];
    const request = { method: 'GET', path: '/x', body: null, headers: [], ...parts };
    await on.invoke(() => {
      const addHeader = (name: string) => added.push(name);
      channel('undici:request:create').publish({ request: Object.assign(request, { addHeader }) });
      channel('undici:request:trailers').publish({ request, trailers: [] });
    });
    return added;
  };

  it('may give its headers as one text', async () => {
    const origin = 'https://shop.example.com';
    expect(await create({ origin, headers: 'accept: */*\r\nTraceParent: 00-1\r\n' })).toEqual([]);
    expect(await create({ origin, headers: 'x-traceparent: 1\r\n' })).toEqual(['traceparent', 'tracestate']);
  });

  it('may give its origin as a URL, with the port of the scheme', async () => {
    await create({ origin: new URL('https://me:pass@Shop.example.com/') });
    await create({ origin: new URL('http://[::1]:80') });
    expect(on.finished().map(({ attributes }) => attributes)).toEqual([
      {
        'http.request.method': 'GET',
        'server.address': 'shop.example.com',
        'server.port': 443,
        'url.full': 'https://shop.example.com/x',
      },
      { 'http.request.method': 'GET', 'server.address': '::1', 'server.port': 80, 'url.full': 'http://[::1]/x' },
    ]);
  });

  it('has no span for what it tells no end of, and for what is no request', async () => {
    await create({ origin: 'http://proxy', method: 'CONNECT' });
    await create({ origin: 'http://chat', upgrade: 'websocket' });
    await create({ origin: undefined });
    expect(on.finished()).toEqual([]);
  });

  it('cannot bring the process down', async () => {
    const publish = (message: unknown) => () => channel('undici:request:create').publish(message);
    const lines = await printed(async () => {
      for (const message of [null, undefined, {}, { request: null }, { request: 7 }]) await on.invoke(publish(message));
    });
    expect(lines).toMatchObject([{ code: 'channel_failed:undici:request:create' }]);
    expect(on.finished()).toEqual([]);
  });
});

describe('nothing is traced', () => {
  it('outside an invocation', async () => {
    expect(await call('/headers')).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('while tracing is suppressed', async () => {
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const suppressed = () => otelContext.with(otelContext.active().setValue(key, true), () => call('/headers'));
    expect(await on.invoke(suppressed)).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('of the Lambda Runtime API', async () => {
    on.dispose();
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', `127.0.0.1:${peer.port}`);
    on = rig([undiciFetch()], peer.port);
    expect(await on.invoke(() => call('/headers'))).toBe('{}');
    expect(on.finished()).toEqual([]);
  });

  it('once the plugin is disposed, and what is open ends then', async () => {
    const outcome = on.invoke(() => call('/slow'));
    await sleep(30);
    on.dispose();
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/slow 200']);
    expect(await outcome).toBe('halfdone');
    expect(await on.invoke(() => call('/headers'))).toBe('{}');
    expect(on.finished()).toHaveLength(1);
  });
});
