import { type Context as OtelContext, propagation, type SpanContext, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { addLink } from './context-links.ts';
import { findLink, findParent } from './parent.ts';
import { idlePipeline } from './pipeline.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { httpEvent, restEvent } from './triggers/http.fixture.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const REQUEST_ID = httpEvent.requestContext.requestId;
const spanIdOf = (place: number): string => `00000000000000a${place}`;
const w3c = (place: number): string => `00-${TRACE}-${spanIdOf(place)}-01`;
const xray = (place: number): string => `Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=${spanIdOf(place)};Sampled=1`;

/** Every place that a context may be in, in the order of which the first that has one wins. */
const places = [
  'client context',
  'headers',
  'authorizer',
  'InvokeStore traceparent',
  'X-Ray header',
  'X-Ray of the authorizer',
  'context.xRayTraceId',
  'InvokeStore X-Ray',
  '_X_AMZN_TRACE_ID',
] as const;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** The parent of an invocation with a context in the given places: the number of the place that won. */
async function winner(filled: ReadonlySet<string>): Promise<number> {
  const at = (place: (typeof places)[number], format: (place: number) => string): string | undefined =>
    filled.has(place) ? format(places.indexOf(place)) : undefined;
  vi.stubEnv('_X_AMZN_TRACE_ID', at('_X_AMZN_TRACE_ID', xray));
  vi.stubGlobal('awslambda', {
    InvokeStore: {
      getTraceparent: () => at('InvokeStore traceparent', w3c),
      getXRayTraceId: () => at('InvokeStore X-Ray', xray),
    },
  });
  const handedOver = { TraceParent: at('authorizer', w3c), 'x-amzn-trace-id': at('X-Ray of the authorizer', xray) };
  const given = {
    ...httpEvent,
    headers: { Traceparent: at('headers', w3c), 'X-Amzn-Trace-Id': at('X-Ray header', xray) },
    requestContext: { ...httpEvent.requestContext, authorizer: { lambda: handedOver } },
  };
  const { lambda, tree } = recorder({ parts: { xray: 'parent' } });
  const called = at('client context', w3c);
  const context = fakeContext({
    xRayTraceId: at('context.xRayTraceId', xray) ?? '',
    ...(called === undefined ? {} : { clientContext: { custom: { traceparent: called } } }),
  });
  await lambda(async () => ({ statusCode: 200 }))(given, context);
  const spanId = /under \w+:(\w+)/.exec(tree()[0] ?? '')?.[1];
  return spanId === undefined ? -1 : Number(spanId.at(-1));
}

it('takes the parent from the first place that has a context, whatever the places behind it hold', async () => {
  for (const [index, place] of places.entries()) {
    expect([place, await winner(new Set([place]))]).toEqual([place, index]);
    expect([place, await winner(new Set(places.slice(index)))]).toEqual([place, index]);
  }
  expect(await winner(new Set())).toBe(-1);
});

it('does so for any set of places', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray([...places]), async (filled) => {
      expect(await winner(new Set(filled))).toBe(places.findIndex((place) => filled.includes(place)));
    }),
    { numRuns: 100 },
  );
});

it('passes over a place whose context is not valid', async () => {
  const event = { ...httpEvent, headers: { traceparent: `00-${'0'.repeat(32)}-${spanIdOf(0)}-01` } };
  const authorizer = { lambda: { traceparent: w3c(1), other: { deep: true } } };
  const { lambda, tree } = recorder();
  await lambda(async () => {})(
    { ...event, requestContext: { ...httpEvent.requestContext, authorizer } },
    fakeContext(),
  );
  expect(tree()).toEqual([`POST /orders/{id} SERVER under ${TRACE}:${spanIdOf(1)}`]);
});

it('reads the flat context of a REST authorizer, and keeps the baggage of the headers before it', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda(async () => {
    return { statusCode: 200, body: String(propagation.getActiveBaggage()?.getEntry('tenant')?.value) };
  });
  const requestContext = { ...restEvent.requestContext, authorizer: { principalId: 'me', traceparent: w3c(1) } };
  const result = await handler({ ...restEvent, headers: { Baggage: 'tenant=acme' }, requestContext }, fakeContext());
  expect(result.body).toBe('acme');
  expect(tree()).toEqual([`GET /pets/{petId} SERVER under ${TRACE}:${spanIdOf(1)}`]);
});

it.each([
  ['a REST API that asked its authorizer', restEvent, { integrationLatency: 31 }, true],
  ['a REST API that had its answer in the cache', restEvent, { integrationLatency: 0 }, false],
  ['an HTTP API', httpEvent, {}, true],
  ['an HTTP API whose authorizer tells the request', httpEvent, { requestId: REQUEST_ID }, true],
  ['an HTTP API that had an answer to another request', httpEvent, { requestId: 'other' }, false],
])('takes the context that an authorizer hands over for its own request: %s', async (_of, event, facts, own) => {
  const context = { traceparent: w3c(1), ...facts };
  const authorizer = event === restEvent ? context : { lambda: context };
  const { lambda, tree } = recorder();
  const requestContext = { ...event.requestContext, authorizer };
  await lambda(async () => ({ statusCode: 200 }))({ ...event, headers: {}, requestContext }, fakeContext());
  expect(tree()[0]?.includes(spanIdOf(1))).toBe(own);
});

it('reads tracestate and baggage of the InvokeStore with its traceparent, and nothing without it', async () => {
  const store = { getTraceparent: () => w3c(2), getTracestate: () => 'a=1', getBaggage: () => 'tenant=acme' };
  vi.stubGlobal('awslambda', { InvokeStore: store });
  const { parent } = findParent(undefined, undefined, idlePipeline());
  expect(trace.getSpanContext(parent)?.traceState?.serialize()).toBe('a=1');
  expect(propagation.getBaggage(parent)?.getEntry('tenant')?.value).toBe('acme');
  vi.stubGlobal('awslambda', { InvokeStore: { ...store, getTraceparent: undefined } });
  const without = findParent(undefined, undefined, idlePipeline());
  expect([trace.getSpanContext(without.parent), propagation.getBaggage(without.parent)]).toEqual([
    undefined,
    undefined,
  ]);
  vi.stubGlobal('awslambda', { InvokeStore: { getTraceparent: () => w3c(2) } });
  expect(propagation.getBaggage(findParent([], undefined, idlePipeline()).parent)).toBeUndefined();
});

const foreign = (place: number): SpanContext => ({
  traceId: 'f'.repeat(32),
  spanId: spanIdOf(place),
  traceFlags: 1,
  isRemote: true,
});

/** Lets a propagator leave links, as one of another vendor's headers does. */
function leaveLinks(...links: readonly SpanContext[]): void {
  const extract = propagation.extract.bind(propagation);
  vi.spyOn(propagation, 'extract').mockImplementation((context, carrier, getter) => {
    const found: OtelContext = extract(context, carrier, getter);
    return Object.keys(carrier as object).includes('vendor') ? links.reduce(addLink, found) : found;
  });
}

it('adds the links that propagators leave, but those to the parent', () => {
  leaveLinks(foreign(1), foreign(2));
  const own: SpanContext = { traceId: TRACE, spanId: spanIdOf(0), traceFlags: 1, isRemote: true };
  const links = [{ context: foreign(1) }, { context: foreign(2) }];
  expect(findParent({ vendor: '1' }, undefined, idlePipeline()).links).toEqual(links);
  expect(findParent({ vendor: '1', traceparent: w3c(0) }, undefined, idlePipeline()).links).toEqual(links);
  expect(
    findParent({ vendor: '1', traceparent: w3c(0) }, undefined, idlePipeline({ trustRemote: 'link' })).links,
  ).toEqual([{ context: own }, ...links]);
  const underXray = { vendor: '1', 'x-amzn-trace-id': xray(3) };
  expect(findParent(underXray, undefined, idlePipeline({ xray: 'parent' })).links).toEqual(links);
  vi.restoreAllMocks();
  leaveLinks(own, foreign(2));
  expect(findParent({ vendor: '1', traceparent: w3c(0) }, undefined, idlePipeline()).links).toEqual([links[1]]);
  vi.restoreAllMocks();
});

it('links a record to its producer by W3C, then by what propagators left, then by X-Ray', () => {
  leaveLinks(foreign(1));
  const spanIdBy = (carrier: Record<string, string>): string | undefined => findLink(carrier, 'link')?.context.spanId;
  const all = { traceparent: w3c(0), vendor: '1', 'x-amzn-trace-id': xray(2) };
  const { traceparent: _, ...withoutW3c } = all;
  expect(spanIdBy(all)).toBe(spanIdOf(0));
  expect(spanIdBy(withoutW3c)).toBe(spanIdOf(1));
  expect(spanIdBy({ 'x-amzn-trace-id': xray(2) })).toBe(spanIdOf(2));
  expect(findLink({ 'x-amzn-trace-id': xray(2) }, 'ignore')).toBeUndefined();
  expect(spanIdBy({})).toBeUndefined();
  vi.restoreAllMocks();
});
