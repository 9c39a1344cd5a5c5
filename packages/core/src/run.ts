import { SpanKind, trace } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { FAAS_COLDSTART, FAAS_TRIGGER, INITIALIZATION_TYPE } from './attributes.ts';
import { startBatchSpan } from './batch-span.ts';
import { publish } from './channels.ts';
import { beginInvocation } from './cold-start.ts';
import { contextFacts } from './context-facts.ts';
import { deadlineOf, deadlineSignal } from './deadline.ts';
import { survive } from './diagnose.ts';
import { recordInit } from './init-span.ts';
import { type Frame, type Invocation, runInFrame } from './invocation.ts';
import { endSpan, fault, judge } from './outcome.ts';
import { findParent } from './parent.ts';
import { idlePipeline, type Pipeline } from './pipeline.ts';
import { runHooks } from './plugin-hooks.ts';
import { defaultSettings, type ResolvedSettings } from './preset.ts';
import { recognise } from './recognise.ts';
import type { Outcome, SpanPlan } from './trigger.ts';

/** What a wrapped handler runs with. */
export interface RunOptions {
  readonly pipeline: () => Pipeline;
  readonly settings: ResolvedSettings;
  /** Runs even while tracelet is switched off: a batch wrapper's work is the function itself. */
  readonly always?: boolean | undefined;
}

/**
 * One invocation from event to flush: recognise the trigger, find the parent, start the span, run the handler, judge
 * the outcome, end the span, flush. Result and error are the handler's own, by identity.
 *
 * @param keepsSync Whether a synchronous answer means something else than a resolved promise. Runtime client 3 ignores
 * what a synchronous handler returns and answers once the event loop is empty, after the flush; a streaming handler
 * that returns no promise is refused.
 */
export function run(
  options: RunOptions,
  event: unknown,
  context: Context,
  handler: () => unknown,
  keepsSync: boolean,
): unknown {
  const invocation = begin(options, event, context);
  let returned: unknown;
  try {
    returned = runInFrame(frameOf(invocation), handler);
  } catch (error) {
    const flushed = finish(invocation, fault(error));
    if (keepsSync) throw error;
    return flushed.then(() => Promise.reject(error));
  }
  if (isThenable(returned)) return settle(invocation, returned);
  const flushed = finish(invocation, judge(invocation.trigger, returned, event));
  return keepsSync ? returned : flushed.then(() => returned);
}

/** Starts an invocation: trigger, parent, spans, hooks. Whatever goes wrong here, the handler runs. */
export function begin(options: RunOptions, event: unknown, context: Context): Invocation {
  const started = survive('begin_failed', 'Starting the invocation', () => start(options, event, context), undefined);
  // An idle pipeline calls nothing that could fail a second time, so even then there is a scope and a deadline.
  return started ?? start({ ...options, pipeline: () => idlePipeline() }, null, context);
}

/** Ends an invocation: hooks, spans, channels, then the flush, bounded by what is left of the time. Never rejects. */
export async function finish(invocation: Invocation, outcome: Outcome): Promise<void> {
  const { batchSpan, pipeline, requestId, span, startedAtMs, trigger } = invocation;
  invocation.signal.dispose();
  invocation.hooks.finish(outcome);
  const end = (): void => {
    if (batchSpan !== undefined) endSpan(batchSpan, outcome);
    endSpan(span, outcome);
  };
  survive('finish_failed', 'Ending the invocation', end, undefined);
  const endedAtMs = Date.now();
  const coldStart = invocation.start.cold;
  const durationMs = endedAtMs - startedAtMs;
  publish('tracelet:invocation', () => ({ trigger: trigger.id, requestId, coldStart, durationMs, outcome }));
  await pipeline.flusher.flush(invocation.deadlineMs);
  publish('tracelet:flush', () => ({ durationMs: Date.now() - endedAtMs }));
}

/** The scope of an invocation as a whole. Inside a batch the batch's span is the active one. */
export function frameOf(invocation: Invocation): Frame {
  const { batchSpan, parent, span } = invocation;
  return { invocation, span, context: trace.setSpan(parent, batchSpan ?? span), scope: undefined };
}

/** A scope outside every invocation, for code that needs one where there is none. */
export function bareFrame(): Frame {
  const options = { pipeline: () => idlePipeline(), settings: defaultSettings };
  return frameOf(start(options, null, {} as Context));
}

function start(options: RunOptions, event: unknown, context: Context): Invocation {
  const startedAtMs = Date.now();
  const { settings } = options;
  const pipeline = options.pipeline();
  const trigger = recognise(event, settings);
  const where = `The trigger ${trigger.id}`;
  const plan = survive<SpanPlan>('plan_failed', where, () => trigger.plan(event, context), { attributes: {} });
  const carrier = survive('carrier_failed', where, () => trigger.carrier?.(event), undefined);
  const { parent, links } = findParent(carrier, context, pipeline);
  const begun = beginInvocation(pipeline.sandbox, startedAtMs);
  const facts = contextFacts(context);
  const attributes = {
    ...facts.attributes,
    [FAAS_TRIGGER]: trigger.kind,
    [FAAS_COLDSTART]: begun.cold,
    [INITIALIZATION_TYPE]: begun.initializationType,
    ...plan.attributes,
    ...settings.attributes,
  };
  const name = plan.name ?? facts.functionName;
  const span = pipeline.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes, links }, parent);
  if (begun.first) recordInit(pipeline, begun, span, parent);
  const deadlineMs = deadlineOf(context, startedAtMs);
  const plugins = [...settings.plugins, ...pipeline.plugins];
  const info = { event, context, trigger: trigger.id, coldStart: begun.cold };
  return {
    event,
    context,
    requestId: facts.requestId,
    trigger,
    start: begun,
    startedAtMs,
    deadlineMs,
    signal: deadlineSignal(deadlineMs),
    pipeline,
    settings,
    plugins,
    parent,
    span,
    batchSpan: startBatchSpan(pipeline, trigger, event, trace.setSpan(parent, span), startedAtMs),
    hooks: runHooks(plugins, (plugin) => plugin.invocation?.(span, info)),
  };
}

async function settle(invocation: Invocation, pending: PromiseLike<unknown>): Promise<unknown> {
  let result: unknown;
  try {
    result = await pending;
  } catch (error) {
    await finish(invocation, fault(error));
    throw error;
  }
  await finish(invocation, judge(invocation.trigger, result, invocation.event));
  return result;
}

/** As the runtime and `await` see it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
