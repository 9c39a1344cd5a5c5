import { type Attributes, type Context as OtelContext, type Span, SpanKind } from '@opentelemetry/api';
import {
  BATCH_AGE_MAX_MS,
  BATCH_AGE_MEDIAN_MS,
  BATCH_AGE_MIN_MS,
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
} from './attributes.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { openSpan } from './span.ts';
import type { RecordSource, Trigger } from './trigger.ts';

/** A record source whose record type is nobody's business. */
export type AnyRecordSource = RecordSource<unknown, unknown, unknown>;

/**
 * Starts the CONSUMER span `process <source>` around a batch; `undefined` when the event is no batch.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/faas/aws-lambda/#sqs
 */
export function startBatchSpan(
  pipeline: Pipeline,
  trigger: Trigger,
  event: unknown,
  parent: OtelContext,
  nowMs: number,
): Span | undefined {
  const records = recordsOf(trigger);
  if (records === undefined) return undefined;
  const describe = (): { name: string; attributes: Attributes } => {
    const list = records.list(event);
    const count = { [MESSAGING_BATCH_MESSAGE_COUNT]: list.length };
    const attributes = {
      ...count,
      ...processAttributes,
      ...records.attributes?.(event),
      ...ages(records, list, nowMs),
    };
    return { name: processName(records.source?.(event)), attributes };
  };
  const plain = { name: processName(undefined), attributes: {} };
  const { name, attributes } = survive('plan_failed', `The trigger ${trigger.id}`, describe, plain);
  return openSpan(pipeline.tracer, name, { kind: SpanKind.CONSUMER, attributes }, parent);
}

/** The records of a trigger, when its events are batches. */
export function recordsOf(trigger: Trigger): AnyRecordSource | undefined {
  return trigger.records as AnyRecordSource | undefined;
}

/** Name of batch and record spans. */
export function processName(source: string | undefined): string {
  return source === undefined ? 'process' : `process ${source}`;
}

/** What batch and record spans have in common. */
export const processAttributes: Attributes = {
  [MESSAGING_OPERATION_NAME]: 'process',
  [MESSAGING_OPERATION_TYPE]: 'process',
};

/** Time since a record entered its source, in milliseconds; never negative, whatever the clocks say. */
export function ageOf(records: Pick<AnyRecordSource, 'sentAtMs'>, record: unknown, nowMs: number): number | undefined {
  const sentAtMs = records.sentAtMs?.(record);
  return sentAtMs === undefined || !Number.isFinite(sentAtMs) ? undefined : Math.max(0, nowMs - sentAtMs);
}

function ages(records: AnyRecordSource, list: readonly unknown[], nowMs: number): Attributes {
  const sorted = list
    .map((record) => ageOf(records, record, nowMs))
    .filter((age) => age !== undefined)
    .sort((a, b) => a - b);
  const [min, median, max] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
  if (min === undefined || median === undefined || max === undefined) return {};
  return { [BATCH_AGE_MIN_MS]: min, [BATCH_AGE_MEDIAN_MS]: median, [BATCH_AGE_MAX_MS]: max };
}
