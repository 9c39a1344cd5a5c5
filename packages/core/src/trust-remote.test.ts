import { context as otelContext, propagation, type SpanContext } from '@opentelemetry/api';
import { AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { afterEach, expect, it, vi } from 'vitest';
import { findParent } from './parent.ts';
import { idlePipeline } from './pipeline.ts';
import { fakeContext, invoke, recorder } from './tracing.fixture.ts';
import type { FaasTrigger } from './trigger.ts';
import { httpEvent, TRACEPARENT } from './triggers/http.fixture.ts';
import { messageEvent } from './triggers/http-apis.fixture.ts';
import { isTrusted, type TrustRemote } from './trust-remote.ts';
import type { XrayPolicy } from './xray.ts';

const W3C = '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331';
const RUNTIME = '5759e988bd862e3fe1be46a994272793:53995c3f42cd8ad8';
const xrayOf = (parent: string): string => `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${parent};Sampled=1`;
const headers = { traceparent: TRACEPARENT, baggage: 'tenant=acme' };

afterEach(() => vi.unstubAllEnvs());

async function parentage(trustRemote: TrustRemote, event: unknown, xray: XrayPolicy = 'link'): Promise<unknown> {
  const { lambda, tree } = recorder({ parts: { trustRemote, xray } });
  await invoke(
    lambda(async () => ({ statusCode: 200 })),
    event,
    fakeContext({ xRayTraceId: xrayOf('53995c3f42cd8ad8') }),
  );
  return tree()[0]?.replace(/^.*SERVER ?/, '');
}

it.each<[TrustRemote, FaasTrigger, boolean]>([
  ['parent', 'http', true],
  ['link', 'http', false],
  ['link', 'pubsub', false],
  [{ http: 'link' }, 'http', false],
  [{ http: 'link' }, 'pubsub', true],
  [{ http: 'link' }, 'other', true],
  [{ http: 'parent', pubsub: 'link' }, 'pubsub', false],
  [{ http: undefined }, 'http', true],
  [{}, 'timer', true],
])('by %j takes the caller of a trigger of kind %s for trusted: %s', (trust, kind, expected) => {
  expect(isTrusted(trust, kind)).toBe(expected);
});

it('links to an untrusted caller, whose kind of trigger alone counts', async () => {
  const event = { ...httpEvent, headers };
  expect(await parentage('link', event)).toBe(`-> ${W3C} -> ${RUNTIME}`);
  expect(await parentage({ http: 'link' }, event)).toBe(`-> ${W3C} -> ${RUNTIME}`);
  expect(await parentage({ pubsub: 'link' }, event)).toBe(`under ${W3C} -> ${RUNTIME}`);
});

it('lets an untrusted caller decide on sampling neither way', async () => {
  const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
  const unsampled = { ...httpEvent, headers: { traceparent: TRACEPARENT.replace(/01$/, '00') } };
  for (const [trustRemote, count] of [
    ['parent', 0],
    [{ http: 'link' }, 1],
  ] as const) {
    const { lambda, spans } = recorder({ sampler, parts: { trustRemote } });
    await invoke(
      lambda(async () => ({ statusCode: 200 })),
      unsampled,
      fakeContext(),
    );
    expect(spans()).toHaveLength(count);
  }
});

it('carries baggage of trusted callers into the handler, with a parent or without, and of nobody else', async () => {
  const baggageIn = async (trustRemote: TrustRemote, given: object): Promise<unknown> => {
    const { lambda } = recorder({ parts: { trustRemote } });
    const handler = lambda(async () => propagation.getActiveBaggage()?.getEntry('tenant')?.value);
    return invoke(handler, { ...httpEvent, headers: given }, fakeContext());
  };
  expect(await baggageIn('parent', headers)).toBe('acme');
  expect(await baggageIn('parent', { baggage: 'tenant=acme' })).toBe('acme');
  expect(await baggageIn('link', headers)).toBeUndefined();
  expect(await baggageIn({ http: 'link' }, { baggage: 'tenant=acme' })).toBeUndefined();
});

it('takes no X-Ray header of an untrusted caller for a parent, but the runtime’s', async () => {
  const event = { ...httpEvent, headers: { 'X-Amzn-Trace-Id': xrayOf('a'.repeat(16)) } };
  expect(await parentage('parent', event, 'parent')).toBe('under 5759e988bd862e3fe1be46a994272793:aaaaaaaaaaaaaaaa');
  expect(await parentage('link', event, 'parent')).toBe(`under ${RUNTIME}`);
  expect(await parentage('link', event, 'link')).toBe(`-> ${RUNTIME}`);
  expect(await parentage('link', { ...httpEvent, headers }, 'parent')).toBe(`-> ${W3C} -> ${RUNTIME}`);
});

it('lets no message of a WebSocket join the trace that opened the connection', async () => {
  expect(await parentage('parent', messageEvent)).toBe(`-> ${RUNTIME}`);
});

it('trusts callers unless told otherwise', () => {
  const { parent } = findParent(headers, undefined, idlePipeline());
  const span = otelContext.with(parent, () => propagation.getActiveBaggage()?.getEntry('tenant')?.value);
  expect(span).toBe('acme');
  expect(findParent(undefined, undefined, idlePipeline()).links satisfies { context: SpanContext }[]).toEqual([]);
});
