import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { shared } from '@tracelet/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readEnv } from './env.ts';
import { makeSpan } from './otlp/test-support/make-span.ts';
import { type Outputs, openOutputs } from './outputs.ts';

const complaints: string[] = [];

beforeEach(() => {
  shared().troubles.clear();
  complaints.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
});

afterEach(() => void vi.restoreAllMocks());

it('opens one connection in init, and sends spans and log records over it', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      seen.push(String(request.url));
      response.end();
    });
  });
  server.on('connection', () => seen.push('connection'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const outputs = open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await outputs.prime(makeSpan());
  expect(seen).toEqual(['connection']);
  for (let flush = 0; flush < 2; flush += 1) {
    outputs.addSpan(makeSpan());
    outputs.addLog?.({ timestampMs: 0, body: 'hello', attributes: {} } as never);
    for (const flusher of outputs.flushers) await flusher.flush(Infinity);
  }
  expect(seen).toEqual(['connection', '/v1/traces', '/v1/logs', '/v1/traces', '/v1/logs']);
  expect(outputs.counts()).toEqual({ produced: 4, delivered: 4, retained: 0, dropped: {} });
  server.closeAllConnections();
  server.close();
});

it('names the variable to set in init, where nobody listens, and does so once', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  const outputs = open(url);
  await outputs.prime(makeSpan());
  outputs.addSpan(makeSpan());
  for (const flusher of outputs.flushers) await flusher.flush(Infinity);
  expect(complaints.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      code: 'export_retained:refused',
      message: `tracelet: telemetry is kept for the next invocation: ${url}/v1/traces failed with ECONNREFUSED`,
      remedy: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'),
    },
  ]);
});

it('waits 50 ms for a connection, no longer', async () => {
  // TLS that is never answered.
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const outputs = open(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const startedAtMs = performance.now();
  await outputs.prime(makeSpan());
  const tookMs = performance.now() - startedAtMs;
  expect(tookMs).toBeGreaterThan(45);
  expect(tookMs).toBeLessThan(250);
  server.close();
});

function open(endpoint: string): Outputs {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_LOGS_EXPORTER: 'otlp' };
  return openOutputs(readEnv(env), { attributes: {} });
}
