import { SpanKind } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import {
  EVENT_AGE_MS,
  EVENT_SOURCE_NESTED,
  FAAS_COLDSTART,
  FAAS_TRIGGER,
  INITIALIZATION_TYPE,
  TRIGGER,
} from './attributes.ts';
import { ageOf, startBatchSpan } from './batch-span.ts';
import { describeTally, makeTally } from './batch-tally.ts';
import { publish } from './channels.ts';
import { beginInvocation } from './cold-start.ts';
import { contextFacts } from './context-facts.ts';
import { deadlineOf, deadlineSignal } from './deadline.ts';
import { sayFailure, survive } from './diagnose.ts';
import type { Flusher } from './flush.ts';
import { govern } from './govern.ts';
import { recordInit } from './init-span.ts';
import { type Frame, type Invocation, runInFrame } from './invocation.ts';
import { endSpan, fault, judge, success } from './outcome.ts';
import { findParent } from './parent.ts';
import { idlePipeline, type Pipeline } from './pipeline.ts';
import type { InvocationInfo } from './plugin.ts';
import { runHooks } from './plugin-hooks.ts';
import { defaultSettings, type ResolvedSettings } from './preset.ts';
import { originOf } from './producer.ts';
import { recognise } from './recognise.ts';
import { recordReportedFailures } from './reported-failures.ts';
import { decideTail } from './sampling.ts';
import { currentPipeline } from './shared.ts';
import { openSpan } from './span.ts';
import { activate } from './span-layer.ts';
import type { Outcome, SpanPlan } from './trigger.ts';
import { recordWait } from './wait-span.ts';

/** What a wrapped handler runs with. */
export interface RunOptions {
  readonly pipeline: () => Pipeline;
  readonly settings: ResolvedSettings;
  /** Runs even while tracelet is switched off: a batch wrapper's work is the function itself. */
  readonly always?: boolean | undefined;
}

/**
 * What a synchronous answer of a handler means.
 *
 * - `promise`: the same as a resolved promise.
 * - `sync`: nothing; runtime client 3 ignores it and answers once the event loop is empty, after the flush.
 * - `stream`: an error, the runtime refuses it. The result of a promise is ignored: the response is in the stream.
 */
export type Answering = 'promise' | 'sync' | 'stream';

/**
 * One invocation from event to flush: recognise the trigger, find the parent, start the span, run the handler, judge
 * the outcome, end the span, flush. Result and error are the handler's own, by identity.
 */
export function run(
  options: RunOptions,
  event: unknown,
  context: Context,
  handler: () => unknown,
  answering: Answering,
): unknown {
  const invocation = begin(options, event, context);
  const { flusher } = invocation.pipeline;
  // The response of a stream has left when its handler ends: a flush right then holds nobody up.
  const flush = answering === 'stream' ? undefined : flusher.begin?.(invocation.requestId);
  const end = (outcome: Outcome): Promise<void> => finish(invocation, outcome, flush);
  const judged = (result: unknown): Outcome =>
    answering === 'stream' ? success : judgeResult(options, invocation, result);
  let returned: unknown;
  try {
    returned = runInFrame(frameOf(invocation), handler);
    if (isThenable(returned)) return settle(returned, judged, end);
  } catch (error) {
    if (answering === 'promise') return settle(Promise.reject(error), judged, end);
    void end(fault(error));
    throw error;
  }
  const ended = end(judged(returned));
  return answering === 'promise' ? ended.then(() => returned) : returned;
}

/** Judges what the handler gave; a partial response names records that failed. */
export function judgeResult(options: RunOptions, invocation: Invocation, result: unknown): Outcome {
  // The records of a batch wrapper have their spans already.
  if (options.always !== true) recordReportedFailures(frameOf(invocation), result);
  return judge(invocation.trigger, result, invocation.event);
}

/** Starts an invocation: trigger, parent, spans, hooks. Whatever goes wrong here, the handler runs. */
export function begin(options: RunOptions, event: unknown, context: Context): Invocation {
  const started = survive('begin_failed', 'Starting the invocation', () => start(options, event, context));
  // An idle pipeline calls nothing that could fail a second time, so even then there is a scope and a deadline.
  return started ?? start({ ...options, pipeline: idlePipeline }, null, context);
}

/**
 * Ends an invocation: hooks, spans, channels, then the flush, bounded by what is left of the time. Never rejects.
 *
 * @param flush What the flusher gave as the invocation began. Default: a flush here and now.
 */
export async function finish(
  invocation: Invocation,
  outcome: Outcome,
  flush: Flusher['flush'] = (deadlineMs) => invocation.pipeline.flusher.flush(deadlineMs),
): Promise<void> {
  const { batchSpan, pipeline, requestId, span, startedAtMs, trigger } = invocation;
  const tell: typeof publish = pipeline.enabled ? publish : () => {};
  invocation.signal.dispose();
  decideTail(invocation, outcome);
  invocation.hooks.finish(outcome);
  survive('span_failed', 'Describing a span', () => batchSpan?.setAttributes(describeTally(invocation.tally)));
  if (batchSpan !== undefined) endSpan(batchSpan, outcome);
  endSpan(span, outcome);
  const endedAtMs = Date.now();
  const coldStart = invocation.start.cold;
  const durationMs = endedAtMs - startedAtMs;
  tell('tracelet:invocation', () => ({ trigger: trigger.id, requestId, coldStart, durationMs, outcome }));
  try {
    await flush(invocation.deadlineMs);
  } catch (error) {
    sayFailure('flush_failed', 'The flush', error);
  }
  tell('tracelet:flush', () => ({ durationMs: Date.now() - endedAtMs }));
}

/** The scope of an invocation as a whole. Inside a batch the batch's span is the active one. */
export function frameOf(invocation: Invocation): Frame {
  const { batchSpan, parent, span } = invocation;
  const context = activate(parent, batchSpan ?? span);
  return { invocation, span, context, scope: undefined, logFields: undefined, kept: undefined };
}

/** A scope outside every invocation, for code that needs one where there is none: it logs, but records nothing. */
export function bareFrame(): Frame {
  const pipeline = currentPipeline();
  const idle = idlePipeline(pipeline && { log: pipeline.log });
  const options = { pipeline: () => idle, settings: defaultSettings };
  return frameOf(start(options, null, {} as Context));
}

function start(options: RunOptions, event: unknown, context: Context): Invocation {
  const startedAtMs = Date.now();
  const { settings } = options;
  const pipeline = options.pipeline();
  const trigger = recognise(event, settings);
  const where = `The trigger ${trigger.id}`;
  const plan = survive<SpanPlan | undefined>('plan_failed', where, () => trigger.plan(event, context));
  const origin = survive('carrier_failed', where, () => originOf(trigger, event, context));
  const ageMs = survive('age_failed', where, () => ageOf(trigger.sentAtMs?.(event), startedAtMs));
  const { parent: caller, links } = findParent(origin?.carriers, context, pipeline, trigger.kind);
  const begun = beginInvocation(pipeline.sandbox, startedAtMs);
  const tally = makeTally();
  const place = { pipeline, trigger, event, parent: caller };
  const governed = govern(settings, place, { plan, isCold: begun.cold, startedAtMs, tally });
  const { parent, sampling } = governed ?? { parent: caller };
  const facts = contextFacts(context);
  const attributes = {
    ...facts.attributes,
    [FAAS_TRIGGER]: trigger.kind,
    [TRIGGER]: trigger.id,
    [FAAS_COLDSTART]: begun.cold,
    [INITIALIZATION_TYPE]: begun.initializationType,
    [EVENT_AGE_MS]: ageMs,
    [EVENT_SOURCE_NESTED]: origin?.nested,
    ...plan?.attributes,
    ...governed?.attributes,
    ...settings.attributes,
  };
  const name = plan?.name ?? facts.functionName;
  const span = openSpan(pipeline.tracer, name, { kind: SpanKind.SERVER, attributes, links }, parent);
  if (begun.first) recordInit(pipeline, begun, span, parent);
  if (settings.queueSpan) recordWait(pipeline, trigger, { event, span, parent, startedAtMs, ageMs });
  const deadlineMs = deadlineOf(context, startedAtMs);
  const plugins = pipeline.enabled ? [...settings.plugins, ...pipeline.plugins] : [];
  // Frozen, because every plugin is told of the same one.
  const told = { event, context, trigger: trigger.id, coldStart: begun.cold, deadlineMs };
  const info: InvocationInfo = Object.freeze(told);
  const invocation: Invocation = {
    info,
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
    recordPlugins: plugins.filter(({ record }) => record !== undefined),
    downstreamPlugins: plugins.filter(({ downstream }) => downstream !== undefined),
    parent,
    sampling,
    span,
    batchSpan: startBatchSpan(pipeline, trigger, event, {
      parent: activate(parent, span),
      nowMs: startedAtMs,
      linked: !options.always && span.isRecording(),
    }),
    hooks: runHooks(plugins, (plugin) => plugin.invocation?.(span, info)),
    tally,
  };
  governed?.begun(info);
  return invocation;
}

/**
 * Ends an invocation with what a promise comes to, then passes that on by identity. A chain of `then`, because an async
 * function would put a frame of ours into the trace of every error that is thrown behind an `await`.
 */
export function settle(
  pending: PromiseLike<unknown>,
  judged: (result: unknown) => Outcome,
  end: (outcome: Outcome) => Promise<void>,
): Promise<unknown> {
  return Promise.resolve(pending).then(
    (result) => end(judged(result)).then(() => result),
    (error) =>
      end(fault(error)).then(() => {
        throw error;
      }),
  );
}

/** As the runtime and `await` see it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
