import { type Attributes, type Span, SpanKind, trace } from '@opentelemetry/api';
import { RECORD_AGE_MS, RECORD_ATTEMPT } from './attributes.ts';
import { ageOf, type BatchPlan, processAttributes } from './batch-span.ts';
import { publish } from './channels.ts';
import { survive } from './diagnose.ts';
import { type Frame, runInFrame } from './invocation.ts';
import { observe } from './observe.ts';
import { endSpan, fault, success } from './outcome.ts';
import { findLink } from './parent.ts';
import { runHooks } from './plugin-hooks.ts';
import { type RecordScope, recordScopeOf } from './scope.ts';
import { openSpan } from './span.ts';
import type { Outcome, SpanPlan } from './trigger.ts';

/**
 * Runs the work of one record in a scope and a CONSUMER span of its own, linked to the record's producer.
 *
 * Result and error pass through by identity. A record that is not `traced` gets a span only when it fails.
 */
export function runRecord<Rec, T>(
  parent: Frame,
  plan: BatchPlan,
  record: Rec,
  traced: boolean,
  work: (scope: RecordScope<Rec>) => T,
): T {
  const { invocation } = parent;
  const { pipeline } = invocation;
  const startedAtMs = Date.now();
  const facts = describe(plan, record, startedAtMs);
  const begin = (startTime?: Date): Span => {
    const link = survive('carrier_failed', facts.where, () => {
      const carrier = plan.records.carrier?.(record);
      return carrier && findLink(carrier, pipeline.xray);
    });
    const options = { kind: SpanKind.CONSUMER, attributes: facts.attributes, links: link && [link], startTime };
    return openSpan(pipeline.tracer, facts.name, options, parent.context);
  };
  const batch = invocation.batchSpan ?? invocation.span;
  const span = traced ? begin() : trace.wrapSpanContext(batch.spanContext());
  const context = traced ? trace.setSpan(parent.context, span) : parent.context;
  const frame: Frame = { invocation, span, context, scope: undefined };
  const scope = recordScopeOf<Rec>(frame, { record, attempt: facts.attempt, ageMs: facts.ageMs });
  const info = { ...invocation.info, trigger: plan.trigger.id, record };
  const hooks = runHooks(invocation.plugins, (plugin) => plugin.record?.(span, info));
  const end = (outcome: Outcome): void => {
    hooks.finish(outcome);
    if (traced) endSpan(span, outcome);
    else if (outcome.fault) endSpan(begin(new Date(startedAtMs)), outcome);
    publish('tracelet:record', () => ({
      trigger: plan.trigger.id,
      recordId: survive('record_unreadable', facts.where, () => plan.records.id(record)) ?? '',
      durationMs: Date.now() - startedAtMs,
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
  readonly attributes: Attributes;
}

function describe({ trigger, records, name }: BatchPlan, record: unknown, nowMs: number): RecordFacts {
  const where = `The trigger ${trigger.id}`;
  const read = <T>(fn: () => T): T | undefined => survive('record_unreadable', where, fn);
  const plan = read<SpanPlan | undefined>(() => records.plan?.(record));
  const counted = read(() => records.attempt?.(record));
  const attempt = Number.isFinite(counted) ? counted : undefined;
  const ageMs = read(() => ageOf(records.sentAtMs?.(record), nowMs));
  const attributes = { ...processAttributes, ...plan?.attributes, [RECORD_ATTEMPT]: attempt, [RECORD_AGE_MS]: ageMs };
  return { where, name: plan?.name ?? name, attempt: attempt ?? 1, ageMs: ageMs ?? 0, attributes };
}
