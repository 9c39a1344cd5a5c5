import type { SpanContext } from '@opentelemetry/api';
import { createLambda, idlePipeline, type Plugin } from '@tracelet/core';
import { startSdk } from '@tracelet/sdk';
import { events, fakeContext, type HttpEventOptions } from '@tracelet/testing';
import { expect, it } from 'vitest';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

/** The parent that the propagators of a real process read from an event. */
async function parentOf(event: unknown): Promise<string> {
  const seen: SpanContext[] = [];
  const look: Plugin = {
    name: 'look',
    // A tracer that records nothing passes the parent's ids on, so the span shows what was found.
    invocation(span) {
      seen.push(span.spanContext());
    },
  };
  const settings = { plugins: [look] };
  const lambda = createLambda({ pipeline: () => idlePipeline(), settings, above: () => [] });
  await lambda(async () => ({ statusCode: 200 }))(event, fakeContext());
  return seen.map(({ traceId, spanId, traceFlags }) => `${traceId}:${spanId}:${traceFlags}`).join();
}

startSdk({
  OTEL_PROPAGATORS: 'tracecontext,baggage,b3,b3multi',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
});

const formats: Record<string, Record<string, string>> = {
  W3C: { TraceParent: `00-${TRACE}-${SPAN}-01` },
  'B3 single': { B3: `${TRACE}-${SPAN}-1` },
  'B3 multi': { 'X-B3-TraceId': TRACE, 'X-B3-SpanId': SPAN, 'X-B3-Sampled': '1' },
};
const cases: Record<string, (name: string) => string> = {
  'its own case': (name) => name,
  'lower case': (name) => name.toLowerCase(),
  'upper case': (name) => name.toUpperCase(),
};
const sources: Record<string, (options: HttpEventOptions) => unknown> = {
  'API Gateway REST': events.apiGatewayRest,
  'API Gateway REST, multi-value headers alone': (options) => ({ ...events.apiGatewayRest(options), headers: null }),
  'API Gateway HTTP': events.apiGatewayHttp,
  'a function URL': events.functionUrl,
  ALB: events.alb,
  'ALB, multi-value headers': (options) => events.alb({ ...options, multiValue: true }),
  'VPC Lattice': events.vpcLattice,
  WebSocket: (options) => events.websocket({ ...options, type: 'CONNECT' }),
  'a REQUEST authorizer': events.authorizer,
  AppSync: ({ headers }) => events.appsync({ headers }),
};

it.each(Object.keys(sources))('reads W3C and B3 headers of %s in any case', async (source) => {
  for (const [format, headers] of Object.entries(formats)) {
    for (const [spelling, spell] of Object.entries(cases)) {
      const spelled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [spell(name), value]));
      const found = await parentOf(sources[source]?.({ headers: spelled }));
      expect([format, spelling, found]).toEqual([format, spelling, `${TRACE}:${SPAN}:1`]);
    }
  }
});

it('hands a context on through an authorizer in each format', async () => {
  for (const authorizer of Object.values(formats)) {
    expect(await parentOf(events.apiGatewayRest({ authorizer }))).toBe(`${TRACE}:${SPAN}:1`);
    expect(await parentOf(events.apiGatewayHttp({ authorizer }))).toBe(`${TRACE}:${SPAN}:1`);
    expect(await parentOf(events.websocket({ type: 'CONNECT', authorizer }))).toBe(`${TRACE}:${SPAN}:1`);
  }
});
