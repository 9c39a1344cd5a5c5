import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type InvocationInfo, publish, shared } from '@tracelet/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeSpans } from './evidence.fixture.ts';
import { costOf } from './lambda-prices.ts';
import { readRecords } from './platform-records.ts';
import { platformTelemetry } from './platform-telemetry.ts';

/** A Telemetry API that answers as told, and what it was asked. */
async function startApi(status: number) {
  const asked: { method: string; path: string; id: unknown; body: { destination: { URI: string } } }[] = [];
  const server = createServer(async (incoming, response) => {
    const body = JSON.parse(await textOf(incoming));
    const { headers, method = '', url: path = '' } = incoming;
    asked.push({ method, path, id: headers['lambda-extension-identifier'], body });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, api: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  return (await incoming.toArray()).join('');
}

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve) => {
    request(url, { method: 'POST' }, (response) => {
      response.resume().on('end', () => resolve());
    }).end(body);
  });
}

const report = {
  time: '2026-11-21T09:00:00.000Z',
  type: 'platform.report',
  record: {
    requestId: 'r-1',
    status: 'success',
    metrics: {
      durationMs: 120.5,
      billedDurationMs: 300,
      memorySizeMB: 512,
      maxMemoryUsedMB: 90,
      initDurationMs: 179.1,
    },
  },
};
const initReport = { type: 'platform.initReport', record: { phase: 'init', metrics: { durationMs: 180 } } };

beforeEach(() => shared().troubles.clear());
afterEach(() => vi.unstubAllEnvs());

it('subscribes with the id of the extension, and tells of one invocation on the span of the next', async () => {
  const { api, asked, close } = await startApi(200);
  const plugin = platformTelemetry({ host: '127.0.0.1', prices: { gbSecondUsd: { [process.arch]: 0.00002 } } });
  const dispose = plugin.setup?.(undefined as never);
  const held: Promise<unknown>[] = [];
  publish('tracelet:extension', () => ({ api, id: 'ext-7', hold: (pending) => void held.push(pending) }));
  await Promise.all(held);
  expect(asked).toMatchObject([
    {
      method: 'PUT',
      path: '/2022-07-01/telemetry',
      id: 'ext-7',
      body: { schemaVersion: '2022-12-13', types: ['platform'] },
    },
  ]);
  const { start } = makeSpans();
  const invoke = (requestId: string) => {
    const span = start(requestId);
    const info = { context: { awsRequestId: requestId } } as InvocationInfo;
    return { span, end: () => plugin.invocation?.(span, info)?.({ fault: false }) };
  };
  const first = invoke('r-1');
  await post(asked[0]?.body.destination.URI ?? '', JSON.stringify([initReport]));
  first.end();
  expect(first.span.attributes).toEqual({ 'tracelet.platform.init_ms': 180 });
  const second = invoke('r-2');
  await post(asked[0]?.body.destination.URI ?? '', JSON.stringify([report]));
  second.end();
  expect(second.span.attributes).toEqual({
    'tracelet.previous.invocation_id': 'r-1',
    'tracelet.previous.trace_id': first.span.spanContext().traceId,
    'tracelet.previous.span_id': first.span.spanContext().spanId,
    'tracelet.previous.status': 'success',
    'tracelet.previous.duration_ms': 120.5,
    'tracelet.previous.billed_ms': 300,
    'tracelet.previous.max_memory_mb': 90,
    'tracelet.previous.init_ms': 179.1,
    'tracelet.previous.cost_usd': 0.0000032,
    'tracelet.previous.price_date': '2026-11',
  });
  const third = invoke('r-3');
  third.end();
  expect(third.span.attributes).toEqual({});
  if (typeof dispose === 'function') dispose();
  close();
});

it('says once that there is no telemetry, and holds nobody up', async () => {
  const { api, close } = await startApi(202);
  const plugin = platformTelemetry();
  const dispose = plugin.setup?.(undefined as never);
  const held: Promise<unknown>[] = [];
  vi.stubEnv('OTEL_LOG_LEVEL', 'none');
  publish('tracelet:extension', () => ({ api, id: 'ext-7', hold: (pending) => void held.push(pending) }));
  await Promise.all(held);
  expect(Object.fromEntries(shared().troubles)).toEqual({ platform_telemetry_failed: 1 });
  if (typeof dispose === 'function') dispose();
  close();
});

it('estimates the cost by architecture, and not at all without figures', () => {
  const figures = readRecords(JSON.stringify([report])).report;
  if (figures === undefined) throw new Error('the report was not read');
  expect(costOf(figures, {}, 'x64')).toEqual({
    'tracelet.previous.cost_usd': 0.0000027,
    'tracelet.previous.price_date': '2026-11',
  });
  expect(costOf(figures, {}, 'arm64')['tracelet.previous.cost_usd']).toBe(0.0000022);
  expect(costOf(figures, {}, 'riscv64')).toEqual({});
  expect(costOf({ ...figures, billedMs: undefined })).toEqual({});
});
