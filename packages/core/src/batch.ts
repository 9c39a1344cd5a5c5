import type { Context } from 'aws-lambda';
import { BATCH_SKIPPED } from './attributes.ts';
import { answerBatch } from './batch-answer.ts';
import { orderBatch, runBatch } from './batch-run.ts';
import { planBatch } from './batch-span.ts';
import { hasTimeLeft } from './deadline.ts';
import { diagnose, survive } from './diagnose.ts';
import { TraceletError } from './errors.ts';
import type { BatchOptions, Each } from './handler.ts';
import { type Frame, runInFrame } from './invocation.ts';
import { beginRecord, endRecord } from './record.ts';
import type { RecordScope } from './scope.ts';
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
  const parseFirst = async (record: Rec, scope: RecordScope<Rec>): Promise<unknown> => {
    const payload = await parse?.(record);
    return each(payload as P, scope);
  };
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
      begin: (index) => beginRecord(frame, plan, records[index] as Rec, idempotencyKey),
      work: ({ frame, record, scope }) =>
        runInFrame(frame, () => (parse === undefined ? each(record as never, scope) : parseFirst(record, scope))),
      end: (running, outcome, value) => {
        warnOfResponse(value);
        endRecord(running, outcome);
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
