import { createSocket } from 'node:dgram';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from './backend.ts';

let backend: Backend;
beforeEach(async () => {
  backend = await startBackend();
});
afterEach(() => backend.close());

const post = async (path: string, body: string, type = 'application/json'): Promise<number> => {
  const response = await fetch(`${backend.url}${path}`, { method: 'POST', body, headers: { 'content-type': type } });
  await response.arrayBuffer();
  return response.status;
};

const span = (kind: number) => ({ traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), name: 's', kind });
const otlp = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span(2), span(5)] }] }] });

describe('the backend', () => {
  it('counts the spans of OTLP, and those of invocations among them, once', async () => {
    expect(await post('/v1/traces', otlp)).toBe(200);
    expect(backend.take()).toMatchObject({ spans: 2, roots: 1, requests: 1, bytes: otlp.length });
    expect(backend.take()).toMatchObject({ spans: 0, requests: 0 });
  });

  it("counts a transaction of Sentry's and its spans", async () => {
    await post('/api/1/envelope/', `{}\n{"type":"transaction"}\n{"spans":[{},{}]}\n`, 'text/plain');
    expect(backend.take()).toMatchObject({ spans: 3, roots: 1 });
  });

  it('counts the datagrams of X-Ray', async () => {
    const socket = createSocket('udp4');
    const datagram = '{"format":"json","version":1}\n{"trace_id":"1-2-3"}';
    await new Promise((resolve) => socket.send(datagram, backend.xrayPort, '127.0.0.1', resolve));
    socket.close();
    await setTimeout(50);
    expect(backend.take().spans).toBe(1);
  });

  it('tells how many calls of the service came with a trace context', async () => {
    await (await fetch(backend.serviceUrl)).text();
    await (await fetch(backend.serviceUrl, { headers: { traceparent: '00-1-2-01' } })).text();
    expect(backend.take()).toMatchObject({ calls: 2, callsWithContext: 1, requests: 0 });
  });

  it('is slow, refuses or is silent when told so, and recovers', async () => {
    await backend.turn('200 ms');
    const startedAt = performance.now();
    await post('/v1/traces', otlp);
    expect(performance.now() - startedAt).toBeGreaterThan(190);
    await backend.turn('black hole');
    const silent = fetch(backend.url, { method: 'POST', body: '{}', signal: AbortSignal.timeout(100) });
    await expect(silent).rejects.toThrow('timeout');
    await backend.turn('refused');
    await expect(fetch(backend.url)).rejects.toThrow();
    await backend.turn('fast');
    expect(await post('/v1/traces', otlp)).toBe(200);
  });
});
