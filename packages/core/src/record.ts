import { type Attributes, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  EVENT_SOURCE_NESTED,
  IDEMPOTENCY_KEY,
  MESSAGING_MESSAGE_BODY_SIZE,
  RECORD_AGE_MS,
  RECORD_ATTEMPT,
  RECORD_KEY,
} from './attributes.ts';
import { ageOf, type BatchPlan, processAttributes } from './batch-span.ts';
import { publish } from './channels.ts';
import { survive } from './diagnose.ts';
import { type Frame, runInFrame } from './invocation.ts';
import { observe } from './observe.ts';
import { endSpan, fault, success } from './outcome.ts';
import { runHooks } from './plugin-hooks.ts';
import type { ResolvedBatch } from './preset.ts';
import { producerOf } from './producer.ts';
import { type RecordScope, recordScopeOf } from './scope.ts';
import { openSpan } from './span.ts';
import type { Outcome, SpanPlan } from './trigger.ts';

/**
 * Runs the work of one record in a scope and a CONSUMER span of its own, linked to the record's producer.
 *
 * Result and error pass through by identity. Beyond `maxRecordSpans` a record gets a span only when it fails or is slow.
 */
export function runRecord<Rec, T>(
  parent: Frame,
  plan: BatchPlan,
  record: Rec,
  idempotencyKey: ((record: Rec) => string | undefined) | undefined,
  work: (scope: RecordScope<Rec>) => T,
): T {
  const { invocation } = parent;
  const { pipeline, tally } = invocation;
  const { linkProducer, maxReceiveCount = Infinity, maxRecordSpans, slowRecordMs } = invocation.settings.batch;
  const traced = tally.started < maxRecordSpans;
  tally.started += 1;
  const startedAtMs = Date.now();
  const started = performance.now();
  const facts = describe(plan, record, startedAtMs, invocation.settings.batch, idempotencyKey);
  const isLastAttempt = facts.attempt >= maxReceiveCount;
  const batch = invocation.batchSpan ?? invocation.span;
  const begin = (startTime?: Date): Span => {
    const producer = survive('carrier_failed', facts.where, () => producerOf(plan.records, record, pipeline.xray));
    facts.attributes[EVENT_SOURCE_NESTED] = producer?.nested;
    const asChild = linkProducer === 'parent' && producer?.link !== undefined;
    const link = asChild ? { context: batch.spanContext() } : producer?.link;
    const context = asChild ? trace.setSpanContext(parent.context, producer.link.context) : parent.context;
    const options = { kind: SpanKind.CONSUMER, attributes: facts.attributes, links: link && [link], startTime };
    return openSpan(pipeline.tracer, facts.name, options, context);
  };
  const span = traced ? begin() : trace.wrapSpanContext(batch.spanContext());
  const context = traced ? trace.setSpan(parent.context, span) : parent.context;
  const frame: Frame = { invocation, span, context, scope: undefined, logFields: parent.logFields };
  const scope = recordScopeOf<Rec>(frame, { record, attempt: facts.attempt, isLastAttempt, ageMs: facts.ageMs });
  const info = { ...invocation.info, trigger: plan.trigger.id, record };
  const hooks = runHooks(invocation.plugins, (plugin) => plugin.record?.(span, info));
  const end = (outcome: Outcome): void => {
    const durationMs = performance.now() - started;
    hooks.finish(outcome);
    const late = !traced && (outcome.fault || durationMs > slowRecordMs);
    const ending = late ? begin(new Date(startedAtMs)) : span;
    // The source moves the message to its dead-letter queue now: nobody else says so.
    if (outcome.fault && isLastAttempt) survive('span_failed', facts.where, () => ending.addEvent(LAST_ATTEMPT_FAILED));
    if (traced || late) endSpan(ending, outcome);
    else tally.untraced += 1;
    tally.durationsMs.push(durationMs);
    tally.bytes += facts.sizeBytes;
    if (outcome.fault) {
      tally.failed += 1;
      tally.failures.add(record);
    }
    publish('tracelet:record', () => ({
      trigger: plan.trigger.id,
      recordId: survive('record_unreadable', facts.where, () => plan.records.id(record)) ?? '',
      durationMs,
      outcome,
    }));
  };
  return observe(
    () => runInFrame(frame, () => work(scope)),
    () => end(success),
    (error) => end(fault(error)),
  );
}

interface RecordFacts {
  readonly where: string;
  readonly name: string;
  readonly attempt: number;
  readonly ageMs: number;
  readonly sizeBytes: number;
  readonly attributes: Attributes;
}

function describe<Rec>(
  { trigger, records, name }: BatchPlan,
  record: Rec,
  nowMs: number,
  { messageKeys }: ResolvedBatch,
  idempotencyKey: ((record: Rec) => string | undefined) | undefined,
): RecordFacts {
  const where = `The trigger ${trigger.id}`;
  const read = <T>(fn: () => T): T | undefined => survive('record_unreadable', where, fn);
  const plan = read<SpanPlan | undefined>(() => records.plan?.(record));
  const counted = read(() => records.attempt?.(record));
  const attempt = Number.isFinite(counted) ? counted : undefined;
  const ageMs = read(() => ageOf(records.sentAtMs?.(record), nowMs));
  const attributes = {
    ...processAttributes,
    ...plan?.attributes,
    [RECORD_ATTEMPT]: attempt,
    [RECORD_AGE_MS]: ageMs,
    [RECORD_KEY]: messageKeys === 'omit' ? undefined : read(() => shownKey(records.key?.(record), messageKeys)),
    [IDEMPOTENCY_KEY]: idempotencyKey && survive('idempotency_key_failed', where, () => idempotencyKey(record)),
  };
  return {
    where,
    name: plan?.name ?? name,
    attempt: attempt ?? 1,
    ageMs: ageMs ?? 0,
    sizeBytes: Number(plan?.attributes[MESSAGING_MESSAGE_BODY_SIZE] ?? 0),
    attributes,
  };
}

const LAST_ATTEMPT_FAILED = 'tracelet.record.last_attempt_failed';

/** Keys often name people. Their hash tells the same key from another, and no more. */
function shownKey(key: string | undefined, show: 'hash' | 'plain'): string | undefined {
  if (key === undefined || show === 'plain') return key;
  // 0.9 us; `createHash` takes 1.5.
  return process.getBuiltinModule('node:crypto').hash('sha256', key).slice(0, 16);
}
