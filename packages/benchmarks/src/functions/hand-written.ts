import type { ClientRequest } from 'node:http';
import { type Work, work } from './work.ts';

// The lower bound: what one would write oneself in an hour, for this function and this backend alone. OTLP as JSON by
// node:http, awaited; spans of node:http calls through Node's own channel. No sampling, no limits, no time-out.
const http = process.getBuiltinModule('node:http');
const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
const agent = new http.Agent({ keepAlive: true });
const url = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = { attributes: [attribute('service.name', 'bench'), attribute('cloud.provider', 'aws')] };
const hex = (sizeBytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(sizeBytes))).toString('hex');
const nowNs = () => String(BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n);
const current = new AsyncLocalStorage<{ traceId: string; spanId: string; spans: object[] }>();

const startSpan = (name: string, kind: number, parentSpanId?: string) => ({
  traceId: current.getStore()?.traceId,
  spanId: hex(8),
  parentSpanId: parentSpanId ?? current.getStore()?.spanId,
  name,
  kind,
  startTimeUnixNano: nowNs(),
  endTimeUnixNano: '0',
});
const endSpan = (span: { endTimeUnixNano: string }) => {
  span.endTimeUnixNano = nowNs();
  current.getStore()?.spans.push(span);
};

process.getBuiltinModule('node:diagnostics_channel').subscribe('http.client.request.created', (message) => {
  const { request } = message as { request: ClientRequest };
  const store = current.getStore();
  if (store === undefined || request.path === '/v1/traces') return;
  const span = startSpan(`${request.method} ${request.path}`, 3);
  request.setHeader('traceparent', `00-${store.traceId}-${span.spanId}-01`);
  request.once('close', () => endSpan(span));
});

const send = (spans: readonly object[]) =>
  new Promise<void>((resolve) => {
    const headers = { 'content-type': 'application/json' };
    const request = http.request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve);
    });
    request.on('error', () => resolve());
    request.end(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'hand' }, spans }] }] }));
  });

const traced = async (name: string, run: () => Promise<void>) => {
  const span = startSpan(name, 5);
  await run();
  endSpan(span);
};

export const handler = async (event: Work, context: { xRayTraceId?: string; awsRequestId: string }) => {
  const [, traceId = hex(16), parent] = /^Root=1-([^;]+);Parent=([^;]+)/.exec(context.xRayTraceId ?? '') ?? [];
  const store = { traceId: traceId.replace('-', ''), spanId: '', spans: [] as object[] };
  return current.run(store, async () => {
    const span = startSpan('bench', 2, parent);
    store.spanId = span.spanId;
    try {
      return await work(event, traced);
    } finally {
      endSpan({ ...span, attributes: [attribute('faas.invocation_id', context.awsRequestId)] } as typeof span);
      await send(store.spans);
    }
  });
};
