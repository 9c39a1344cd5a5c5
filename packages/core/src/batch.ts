import type { Context } from 'aws-lambda';
import { BATCH_SKIPPED } from './attributes.ts';
import { answerBatch } from './batch-answer.ts';
import { orderBatch, runBatch } from './batch-run.ts';
import { planBatch } from './batch-span.ts';
import { hasTimeLeft } from './deadline.ts';
import { diagnose, survive } from './diagnose.ts';
import { TraceletError } from './errors.ts';
import type { BatchOptions, Each } from './handler.ts';
import type { Frame } from './invocation.ts';
import { runRecord } from './record.ts';
import { currentFrame } from './shared.ts';
import type { BatchTrigger, Trigger } from './trigger.ts';

/**
 * Makes the handler of whole batches from a function of one record. It runs inside `run`, which gives it its invocation.
 *
 * @throws {BatchError} When records failed and the source shall retry the whole batch.
 * @throws {TraceletError} `not_a_batch` when the event has no records.
 */
export function batchHandler<E, Rec, R, P>(
  trigger: BatchTrigger<E, Rec, R>,
  { parse, idempotencyKey }: Pick<BatchOptions<Rec, P>, 'parse' | 'idempotencyKey'>,
  each: Each<P, Rec>,
): (event: E, context: Context) => Promise<R | undefined> {
  return async (event) => {
    const frame = currentFrame() as Frame;
    const { batchSpan, deadlineMs, settings } = frame.invocation;
    const { skipOnDeadline } = settings.batch;
    const records = listRecords(trigger, event);
    const plan = planBatch(trigger as Trigger, event);
    const order = orderBatch(records, trigger, settings.batch.concurrency);
    const verdict = await runBatch({
      ...order,
      count: records.length,
      stopsAll: trigger.records.order === 'sequence',
      isOver: () => skipOnDeadline && !hasTimeLeft(deadlineMs),
      runOne: (index) => {
        const record = records[index] as Rec;
        return runRecord(frame, plan, record, idempotencyKey, async (scope) => {
          const payload = (parse === undefined ? record : await parse(record)) as P;
          const returned = await each(payload, scope);
          warnOfResponse(returned);
          return returned;
        });
      },
    });
    const skipped = verdict.undone.length - verdict.failed.length;
    survive('span_failed', 'Describing a span', () => batchSpan?.setAttribute(BATCH_SKIPPED, skipped));
    return answerBatch(trigger, settings.batch, records, order.lanes, verdict);
  };
}

function listRecords<E, Rec, R>({ id, records }: BatchTrigger<E, Rec, R>, event: E): readonly Rec[] {
  try {
    const list: unknown = records.list(event);
    // Copied here, where an element that cannot be read does no harm.
    if (Array.isArray(list)) return [...list];
  } catch {
    // An event that cannot be looked into is no batch either.
  }
  const remedy = `Connect the function to ${id}, or wrap it with lambda().`;
  throw new TraceletError('not_a_batch', `The event is not a batch of ${id} records. ${remedy}`);
}

/** A record function that answers as if it had the whole batch has been misunderstood; its answer does nothing. */
function warnOfResponse(returned: unknown): void {
  if (typeof returned !== 'object' || returned === null) return;
  const misunderstood = (): boolean => 'batchItemFailures' in returned;
  if (!survive('result_unreadable', 'Reading a result', misunderstood)) return;
  const what = 'The batchItemFailures that a record function returned are ignored';
  diagnose('record_returned_response', what, "Throw to fail a record, and set failures: 'report'.");
}
