import { SpanKind } from '@opentelemetry/api';
import { planBatch, processAttributes } from './batch-span.ts';
import { survive } from './diagnose.ts';
import type { Frame } from './invocation.ts';
import { endSpan } from './outcome.ts';
import { recordsOf } from './shape.ts';
import { openSpan } from './span.ts';
import type { Outcome } from './trigger.ts';

/** A record that the handler named in its partial response. There is no thrown value to describe. */
const REPORTED: Outcome = { fault: true, errorType: 'batch_item_failure' };

/**
 * Shows the failures that a handler of whole batches names in its `batchItemFailures`: each gets a CONSUMER span with
 * the status of an error, as long as the batch's, unless `lambda.record` has recorded its failure already.
 */
export function recordReportedFailures({ invocation, context }: Frame, result: unknown): void {
  const source = invocation.trigger.records;
  if (source === undefined) return;
  survive('result_unreadable', 'Reading a result', () => {
    const named = namedIn(result);
    if (named.size === 0) return;
    const { event, pipeline, startedAtMs, tally, trigger } = invocation;
    tally.failed = Math.max(tally.failed, named.size);
    const { name, records } = planBatch(trigger, event);
    for (const record of recordsOf(source, event)) {
      const response = records.respond?.([records.id(record)]);
      const [id] = namedIn(response);
      if (id === undefined || !named.has(id) || tally.failures.has(record)) continue;
      const attributes = { ...processAttributes, ...records.plan?.(record).attributes };
      const startTime = new Date(startedAtMs);
      endSpan(openSpan(pipeline.tracer, name, { kind: SpanKind.CONSUMER, attributes, startTime }, context), REPORTED);
    }
  });
}

/** The item identifiers of a partial response as text: strings, or objects of topic partition and offset for Kafka. */
function namedIn(response: unknown): ReadonlySet<string> {
  const { batchItemFailures } = Object(response) as { batchItemFailures?: unknown };
  const failures = Array.isArray(batchItemFailures) ? batchItemFailures : [];
  return new Set(failures.map(({ itemIdentifier }) => JSON.stringify(sorted(itemIdentifier))));
}

/** An object's members may come in any order. */
function sorted(id: unknown): unknown {
  return typeof id === 'object' && id !== null ? Object.entries(id).sort() : id;
}
