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
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import type { Carrier } from './trigger.ts';
import { formatXray, parseXray, XRAY_HEADER, type XrayHeader, type XrayPolicy } from './xray.ts';

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
export function findParent(carrier: Carrier | undefined, context: Context | undefined, pipeline: Pipeline): Parentage {
  const extracted = carrier === undefined ? ROOT_CONTEXT : extract(carrier);
  const remote = trace.getSpanContext(extracted);
  const caller = remote !== undefined && isSpanContextValid(remote) ? remote : undefined;
  const trusted = caller !== undefined && pipeline.trustRemote === 'parent';
  const parent = trusted ? extracted : trace.deleteSpan(extracted);
  const links: Link[] = caller === undefined || trusted ? [] : [{ context: caller }];
  const xray = pipeline.xray === 'ignore' ? undefined : findXray(carrier, context);
  if (xray === undefined || sameSpan(xray.spanContext, caller)) return { parent, links };
  if (caller === undefined && mayBeParent(xray, pipeline.xray)) {
    // An X-Ray propagator, where there is one, reads the header too: it keeps Lineage for the calls that follow.
    const carried = survive(
      'extract_failed',
      'A propagator',
      () => propagation.extract(parent, asCarrier(xray)),
      parent,
    );
    return { parent: trace.setSpanContext(carried, xray.spanContext), links };
  }
  return { parent, links: [...links, { context: xray.spanContext }] };
}

/** The producer's context that a record carries, as a link; W3C before X-Ray, and that as far as the policy has it. */
export function findLink(carrier: Carrier | undefined, policy: XrayPolicy): Link | undefined {
  if (carrier === undefined) return undefined;
  const remote = trace.getSpanContext(extract(carrier));
  if (remote !== undefined && isSpanContextValid(remote)) return { context: remote };
  const xray = policy === 'ignore' ? undefined : parseXray(getter.get(carrier, XRAY_HEADER));
  return xray === undefined ? undefined : { context: xray.spanContext };
}

function extract(carrier: Carrier): OtelContext {
  const from = (): OtelContext => propagation.extract(ROOT_CONTEXT, carrier, getterWithoutXray);
  return survive('extract_failed', 'A propagator', from, ROOT_CONTEXT);
}

function mayBeParent(header: XrayHeader, policy: XrayPolicy): boolean {
  return policy === 'parent' || (policy === 'parent-if-sampled' && header.sampled === true);
}

function findXray(carrier: Carrier | undefined, context: Context | undefined): XrayHeader | undefined {
  return (
    parseXray(survive('carrier_failed', 'Reading a carrier', () => carrierXray(carrier), undefined)) ??
    parseXray(survive('context_unreadable', 'Reading the context', () => xrayOf(context), undefined)) ??
    parseXray(survive('invoke_store_unreadable', "Reading the runtime's InvokeStore", invokeStoreXray, undefined)) ??
    // One variable for the whole process: with many invocations at once it says nothing about this one.
    parseXray(process.env.AWS_LAMBDA_MAX_CONCURRENCY ? undefined : process.env._X_AMZN_TRACE_ID)
  );
}

function carrierXray(carrier: Carrier | undefined): unknown {
  return carrier === undefined ? undefined : getter.get(carrier, XRAY_HEADER);
}

/** Runtime client 4 puts the header on the context; `@types/aws-lambda` does not know it yet. */
function xrayOf(context: Context | undefined): unknown {
  return (context as { readonly xRayTraceId?: unknown } | undefined)?.xRayTraceId;
}

/** @see https://github.com/awslabs/aws-lambda-invoke-store */
function invokeStoreXray(): unknown {
  const { awslambda } = globalThis as { readonly awslambda?: { InvokeStore?: { getXRayTraceId?(): unknown } } };
  return awslambda?.InvokeStore?.getXRayTraceId?.();
}

function sameSpan(one: SpanContext, other: SpanContext | undefined): boolean {
  return one.traceId === other?.traceId && one.spanId === other.spanId;
}

/** Finds a header in any case: API Gateway's REST API passes on whatever case the caller used. */
const getter: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get(carrier, key) {
    const name = key.toLowerCase();
    const found = Object.keys(carrier).find((each) => each.length === name.length && each.toLowerCase() === name);
    const value = found === undefined ? undefined : carrier[found];
    const first = typeof value === 'string' ? value : value?.[0];
    return typeof first === 'string' ? first : undefined;
  },
};

/** What X-Ray means is the policy's to say, also where an X-Ray propagator is among the propagators. */
const getterWithoutXray: TextMapGetter<Carrier> = {
  keys: getter.keys,
  get: (carrier, key) => (key.toLowerCase() === XRAY_HEADER ? undefined : getter.get(carrier, key)),
};

/** The header again, for a propagator to read. */
function asCarrier({ lineage, spanContext }: XrayHeader): Carrier {
  return { [XRAY_HEADER]: formatXray(spanContext, lineage) };
}
