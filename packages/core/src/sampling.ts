import { createContextKey, type Context as OtelContext, type Span } from '@opentelemetry/api';
import { HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE, URL_PATH } from './attributes.ts';
import { survive } from './diagnose.ts';
import type { Invocation } from './invocation.ts';
import type { DropRule, KeepRules, SamplingSettings } from './sampling-settings.ts';
import { shared } from './shared.ts';
import type { Outcome, SpanPlan, Trigger } from './trigger.ts';

/** What is asked of the provider for the spans of one invocation; they find it in their context. */
export interface InvocationSampling {
  /** Share of the traces that begin here; `undefined` leaves it to the process. */
  readonly ratio: number | undefined;
  /** What is settled whatever the sampler says: `true` samples, `false` does not. */
  readonly verdict: boolean | undefined;
  /** Whether log records wait with the spans. */
  readonly holdsLogs: boolean;
  /** Which rule keeps the invocation if it ends like this now. Without it what is not sampled is not recorded. */
  readonly reasonToKeep: ((outcome: Outcome) => string | undefined) | undefined;
  /** Made by the provider for the first span that is to wait. */
  tail: Tail | undefined;
}

/** What waits in memory for the end of one invocation. */
export interface Tail {
  /** Takes what waits; once it is decided, that is sent or counted at once. */
  add(item: Held): void;
  /** Decides, once: without a reason all is dropped. */
  decide(root: Span, reason: string | undefined): void;
}

/** A span or log record that waits. */
export interface Held {
  readonly send: () => void;
  readonly failed: boolean;
  readonly sizeBytes: number;
}

/** What the rules are held against. */
export interface Sampled {
  readonly trigger: Trigger;
  readonly event: unknown;
  readonly plan: SpanPlan | undefined;
  readonly isCold: boolean;
  readonly startedAtMs: number;
  readonly tally: { readonly failed: number };
}

// The API makes equal keys of equal names, so that several copies of this file find each other's.
const SAMPLING = /* @__PURE__ */ createContextKey('tracelet sampling');

/** What a route is held against is cut, so that a pattern has an end. */
const MAX_ROUTE_LENGTH = 1000;

/** What is asked for the spans of a context; `undefined` when nobody has said anything. */
export function samplingOf(context: OtelContext): InvocationSampling | undefined {
  return context.getValue(SAMPLING) as InvocationSampling | undefined;
}

/** A context whose spans follow the rules. */
export function withSampling(context: OtelContext, sampling: InvocationSampling | undefined): OtelContext {
  return sampling === undefined ? context : context.setValue(SAMPLING, sampling);
}

/** Holds an invocation that begins against the rules. */
export function makeSampling(settings: SamplingSettings, isForced: boolean, sampled: Sampled): InvocationSampling {
  const isDropped = !isForced && (settings.drop ?? []).some((rule) => fits(rule, sampled));
  const { keep } = settings;
  const rules = !isDropped ? keep : keep?.faults ? { faults: true } : undefined;
  return {
    ratio: settings.ratio,
    verdict: isForced || (isDropped ? false : undefined),
    holdsLogs: settings.logs === 'kept',
    reasonToKeep: rules && ((outcome) => reasonToKeep(rules, sampled, outcome)),
    tail: undefined,
  };
}

/** Decides what becomes of an invocation that ends; one that is kept shows its held log lines, whoever held them. */
export function decideTail({ info, sampling, span }: Invocation, outcome: Outcome): void {
  const reason = sampling?.reasonToKeep?.(outcome);
  if (reason !== undefined) survive('log_gate_failed', 'What holds log lines', () => shared().logGate?.release(info));
  sampling?.tail?.decide(span, reason);
}

function reasonToKeep(rules: KeepRules, sampled: Sampled, { attributes, fault }: Outcome): string | undefined {
  const { coldStarts, faults, httpStatus = [], partialFailures, slowerThanMs = Infinity } = rules;
  if (faults && fault) return 'fault';
  if (coldStarts && sampled.isCold) return 'cold_start';
  if (Date.now() - sampled.startedAtMs > slowerThanMs) return 'slow';
  const status = attributes?.[HTTP_RESPONSE_STATUS_CODE] as number;
  if (typeof httpStatus === 'number' ? status >= httpStatus : httpStatus.includes(status)) return 'http_status';
  return partialFailures && sampled.tally.failed > 0 ? 'partial_failures' : undefined;
}

function fits({ matches, route, trigger }: DropRule, { event, plan, trigger: { id } }: Sampled): boolean {
  if (trigger !== undefined && trigger !== id) return false;
  const known = plan?.attributes;
  const path = String(known?.[HTTP_ROUTE] ?? known?.[URL_PATH] ?? '').slice(0, MAX_ROUTE_LENGTH);
  // `search` heeds neither `lastIndex` nor the flag `g`, which make `test` forget every other one.
  if (route !== undefined && (typeof route === 'string' ? path !== route : path.search(route) < 0)) return false;
  return (
    matches === undefined ||
    survive('drop_rule_failed', 'A rule of sampling.drop', () => matches(event) === true, false)
  );
}
