import {
  isSpanContextValid,
  type Link,
  type Context as OtelContext,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { carrierGetter } from './carrier.ts';
import { linksOf } from './context-links.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { activate } from './span-layer.ts';
import type { Carrier, FaasTrigger } from './trigger.ts';
import { isTrusted } from './trust-remote.ts';
import { findXray, formatXray, invokeStore, parseXray, XRAY_HEADER, type XrayHeader, type XrayPolicy } from './xray.ts';

/** Where an invocation's span belongs. */
export interface Parentage {
  /** Context to start the span in: it holds the remote parent, or none, and the caller's baggage. */
  readonly parent: OtelContext;
  readonly links: Link[];
}

/**
 * Finds the parent of an invocation. First that yields a valid context: the trigger's carriers in their order, the
 * runtime's InvokeStore, then X-Ray from the carriers, `context.xRayTraceId`, InvokeStore and the environment, by the
 * X-Ray policy.
 *
 * Of a caller who is not trusted nothing but a link is left: neither sampling nor baggage, and no X-Ray header.
 */
export function findParent(
  carrier: Carrier | readonly Carrier[] | undefined,
  context: Context | undefined,
  { trustRemote, xray: policy }: Pipeline,
  kind: FaasTrigger = 'other',
): Parentage {
  const carriers = [carrier ?? []].flat() as readonly Carrier[];
  const extracted = extractFirst(carriers);
  const caller = validSpan(extracted);
  const trusted = isTrusted(trustRemote, kind);
  const parent = !trusted ? ROOT_CONTEXT : caller === undefined ? withoutSpan(extracted) : extracted;
  const xrayOfCarriers = (): unknown => carriers.map((one) => carrierGetter.get(one, XRAY_HEADER)).find(parseXray);
  const xray = policy === 'ignore' ? undefined : findXray(context, trusted ? xrayOfCarriers : undefined)?.header;
  const xraySpan = xray?.spanContext;
  if (xraySpan !== undefined && caller === undefined && mayBeParent(xray, policy)) {
    // An X-Ray propagator, where there is one, reads the header too: it keeps Lineage for the calls that follow.
    const carried = extract(parent, { [XRAY_HEADER]: formatXray(xraySpan, xray?.lineage) }, carrierGetter);
    return { parent: activate(carried, trace.wrapSpanContext(xraySpan)), links: linksTo(linksOf(extracted), xraySpan) };
  }
  const others = linksTo([xraySpan, ...linksOf(extracted)], caller);
  return { parent, links: caller === undefined || trusted ? others : [{ context: caller }, ...others] };
}

/**
 * The producer's context that a record carries, as a link: W3C, then what a propagator left by `addLink`, then X-Ray as
 * far as the policy has it.
 */
export function findLink(carrier: Carrier, policy: XrayPolicy): Link | undefined {
  // Asking the propagators takes 2 us, and most records of most batches carry nothing.
  if (Object.values(carrier).every((value) => value === undefined)) return undefined;
  const extracted = extract(ROOT_CONTEXT, carrier, getterWithoutXray);
  const xray = policy === 'ignore' ? undefined : parseXray(carrierGetter.get(carrier, XRAY_HEADER));
  const context = validSpan(extracted) ?? linksOf(extracted)[0] ?? xray?.spanContext;
  return context && { context };
}

/** What the carriers say, up to the first with a valid span; where none has one, what the runtime was called with. */
function extractFirst(carriers: readonly Carrier[]): OtelContext {
  let found = ROOT_CONTEXT;
  for (const carrier of carriers) {
    found = extract(found, carrier, getterWithoutXray);
    if (validSpan(found)) return found;
  }
  return extract(found, survive('traceparent_unreadable', 'Asking the InvokeStore', carrierOfStore), getterWithoutXray);
}

function carrierOfStore(): Carrier | undefined {
  const store = invokeStore();
  const traceparent = store?.getTraceparent?.();
  return traceparent
    ? { traceparent, tracestate: store?.getTracestate?.(), baggage: store?.getBaggage?.() }
    : undefined;
}

function extract(into: OtelContext, carrier: Carrier | undefined, getter: TextMapGetter<Carrier>): OtelContext {
  const extracted = (): OtelContext => propagation.extract(into, carrier, getter);
  return carrier === undefined ? into : survive('extract_failed', 'A propagator', extracted, into);
}

function withoutSpan(context: OtelContext): OtelContext {
  return trace.getSpan(context) === undefined ? context : trace.deleteSpan(context);
}

function validSpan(context: OtelContext): SpanContext | undefined {
  const found = trace.getSpanContext(context);
  return found !== undefined && isSpanContextValid(found) ? found : undefined;
}

function mayBeParent(header: XrayHeader | undefined, policy: XrayPolicy): boolean {
  return policy === 'parent' || (policy === 'parent-if-sampled' && header?.sampled === true);
}

/** Links to what is known, and is another span than `known`. */
function linksTo(spans: readonly (SpanContext | undefined)[], known: SpanContext | undefined): Link[] {
  const isOther = (one: SpanContext | undefined): one is SpanContext =>
    one !== undefined && (one.traceId !== known?.traceId || one.spanId !== known.spanId);
  return spans.filter(isOther).map((context) => ({ context }));
}

/** What X-Ray means is the policy's to say, also where an X-Ray propagator is among the propagators. */
const getterWithoutXray: TextMapGetter<Carrier> = {
  keys: (carrier) => carrierGetter.keys(carrier),
  get: (carrier, key) => (key.toLowerCase() === XRAY_HEADER ? undefined : carrierGetter.get(carrier, key)),
};
