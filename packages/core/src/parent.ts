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
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import type { Carrier } from './trigger.ts';
import { findXray, formatXray, parseXray, XRAY_HEADER, type XrayHeader, type XrayPolicy } from './xray.ts';

/** Where an invocation's span belongs. */
export interface Parentage {
  /** Context to start the span in: it holds the remote parent, or none, and the caller's baggage. */
  readonly parent: OtelContext;
  readonly links: Link[];
}

/**
 * Finds the parent of an invocation. First that yields a valid context: the trigger's W3C carrier, then X-Ray from the
 * carrier, `context.xRayTraceId`, the runtime's InvokeStore and the environment, by the X-Ray policy.
 */
export function findParent(
  carrier: Carrier | undefined,
  context: Context | undefined,
  { trustRemote, xray: policy }: Pipeline,
): Parentage {
  const extracted = extract(ROOT_CONTEXT, carrier, getterWithoutXray);
  const caller = validSpan(extracted);
  const trusted = caller !== undefined && trustRemote === 'parent';
  const parent = trusted ? extracted : trace.deleteSpan(extracted);
  const xray =
    policy === 'ignore'
      ? undefined
      : findXray(context, () => carrier && carrierGetter.get(carrier, XRAY_HEADER))?.header;
  const xraySpan = xray?.spanContext;
  if (xraySpan !== undefined && caller === undefined && mayBeParent(xray, policy)) {
    // An X-Ray propagator, where there is one, reads the header too: it keeps Lineage for the calls that follow.
    const carried = extract(parent, { [XRAY_HEADER]: formatXray(xraySpan, xray?.lineage) }, carrierGetter);
    return { parent: trace.setSpanContext(carried, xraySpan), links: [] };
  }
  const linked = [trusted ? undefined : caller, sameSpan(xraySpan, caller) ? undefined : xraySpan];
  return { parent, links: linked.filter((one) => one !== undefined).map((one) => ({ context: one })) };
}

/** The producer's context that a record carries, as a link; W3C before X-Ray, and that as far as the policy has it. */
export function findLink(carrier: Carrier, policy: XrayPolicy): Link | undefined {
  const xray = policy === 'ignore' ? undefined : parseXray(carrierGetter.get(carrier, XRAY_HEADER));
  const context = validSpan(extract(ROOT_CONTEXT, carrier, getterWithoutXray)) ?? xray?.spanContext;
  return context && { context };
}

function extract(into: OtelContext, carrier: Carrier | undefined, getter: TextMapGetter<Carrier>): OtelContext {
  const extracted = (): OtelContext => propagation.extract(into, carrier, getter);
  return carrier === undefined ? into : survive('extract_failed', 'A propagator', extracted, into);
}

function validSpan(context: OtelContext): SpanContext | undefined {
  const found = trace.getSpanContext(context);
  return found !== undefined && isSpanContextValid(found) ? found : undefined;
}

function mayBeParent(header: XrayHeader | undefined, policy: XrayPolicy): boolean {
  return policy === 'parent' || (policy === 'parent-if-sampled' && header?.sampled === true);
}

function sameSpan(one: SpanContext | undefined, other: SpanContext | undefined): boolean {
  return one?.traceId === other?.traceId && one?.spanId === other?.spanId;
}

/** What X-Ray means is the policy's to say, also where an X-Ray propagator is among the propagators. */
const getterWithoutXray: TextMapGetter<Carrier> = {
  ...carrierGetter,
  get: (carrier, key) => (key.toLowerCase() === XRAY_HEADER ? undefined : carrierGetter.get(carrier, key)),
};
