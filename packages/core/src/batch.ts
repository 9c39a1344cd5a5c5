import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { BATCH_FAILED, BATCH_SKIPPED, BATCH_UNTRACED } from './attributes.ts';
import { planBatch } from './batch-span.ts';
import { diagnose, survive } from './diagnose.ts';
import { BatchError, describeError, TraceletError } from './errors.ts';
import type { BatchOptions, Each } from './handler.ts';
import type { Frame } from './invocation.ts';
import type { ResolvedBatch } from './preset.ts';
import { runRecord } from './record.ts';
import { currentFrame } from './shared.ts';
import type { BatchTrigger, Trigger } from './trigger.ts';

/** Records run at once when nobody said otherwise: the default batch size of an SQS event source mapping. */
const DEFAULT_CONCURRENCY = 10;

/** What became of a batch; in the order of the records. */
interface Verdict {
  readonly failed: readonly { readonly index: number; readonly error: unknown }[];
  /** Indexes of the records that failed and of those not tried, because an earlier one of their order failed. */
  readonly undone: readonly number[];
}

/**
 * Makes the handler of whole batches from a function of one record. It runs inside `run`, which gives it its invocation.
 *
 * @throws {BatchError} When records failed and the source shall retry the whole batch.
 * @throws {TraceletError} `not_a_batch` when the event has no records.
 */
export function batchHandler<E, Rec, R, P>(
  trigger: BatchTrigger<E, Rec, R>,
  { parse }: BatchOptions<Rec, P>,
  each: Each<P, Rec>,
): (event: E, context: Context) => Promise<R | undefined> {
  return async (event) => {
    const frame = currentFrame() as Frame;
    const { batchSpan, settings } = frame.invocation;
    const records = listRecords(trigger, event);
    const plan = planBatch(trigger as Trigger, event);
    const { concurrency = DEFAULT_CONCURRENCY, maxRecordSpans } = settings.batch;
    const verdict = await runAll(lanesOf(records, trigger), concurrency, (index) => {
      const record = records[index] as Rec;
      return runRecord(frame, plan, record, index < maxRecordSpans, async (scope) => {
        const payload = parse === undefined ? record : await parse(record);
        warnOfResponse(await each(payload as P, scope));
      });
    });
    survive('span_failed', 'Describing a span', () =>
      batchSpan?.setAttributes(countsOf(verdict, records.length, maxRecordSpans)),
    );
    return answer(trigger, settings.batch, records, verdict);
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

/** Runs every record that the order allows, `concurrency` at a time. */
async function runAll(
  lanes: readonly (readonly number[])[],
  concurrency: number,
  runOne: (index: number) => Promise<void>,
): Promise<Verdict> {
  const failed: { index: number; error: unknown }[] = [];
  const undone: number[] = [];
  const waiting = lanes.values();
  const worker = async (): Promise<void> => {
    for (const lane of waiting) {
      for (const [position, index] of lane.entries()) {
        try {
          await runOne(index);
        } catch (error) {
          failed.push({ index, error });
          undone.push(...lane.slice(position));
          break;
        }
      }
    }
  };
  // At least one, whatever the number: a record that nobody runs would be taken for done.
  const workers = [worker()];
  while (workers.length < Math.min(concurrency, lanes.length)) workers.push(worker());
  await Promise.all(workers);
  return { failed: failed.sort((a, b) => a.index - b.index), undone: undone.sort((a, b) => a - b) };
}

/** Groups the records, by index, into lanes whose records follow one another. */
function lanesOf<E, Rec, R>(
  records: readonly Rec[],
  { id, records: { order } }: BatchTrigger<E, Rec, R>,
): readonly (readonly number[])[] {
  // A record that stands alone has its index for a key.
  const lanes = new Map<string | number, number[]>();
  for (const [index, record] of records.entries()) {
    const keyOf = (): string | undefined =>
      typeof order === 'function' ? order(record) : order === 'sequence' ? order : undefined;
    const key = survive('order_failed', `The trigger ${id}`, keyOf) ?? index;
    const lane = lanes.get(key);
    if (lane === undefined) lanes.set(key, [index]);
    else lane.push(index);
  }
  return [...lanes.values()];
}

/** What a batch came to, for its span. Failed records have a span of their own, however late. */
function countsOf({ failed, undone }: Verdict, count: number, maxRecordSpans: number): Attributes {
  const beyond = Math.max(0, count - maxRecordSpans);
  const untraced = beyond - undone.filter((index) => index >= maxRecordSpans).length;
  return {
    [BATCH_FAILED]: failed.length,
    [BATCH_SKIPPED]: undone.length - failed.length,
    ...(untraced > 0 && { [BATCH_UNTRACED]: untraced }),
  };
}

/** The response that the event source mapping reads, or the error that makes it retry the whole batch. */
function answer<E, Rec, R>(
  { id, records: source }: BatchTrigger<E, Rec, R>,
  settings: ResolvedBatch,
  records: readonly Rec[],
  { failed, undone }: Verdict,
): R | undefined {
  const wanted = settings.failures === 'report';
  const reports = wanted && source.respond !== undefined;
  if (wanted && !reports) {
    diagnose('no_partial_response', `${id} has no partial responses`, "Use failures: 'throw' for this source.");
  }
  const idOf = (index: number): string => {
    const found: unknown = survive('record_unreadable', `The trigger ${id}`, () => source.id(records[index] as Rec));
    return typeof found === 'string' ? found : '';
  };
  // A sequence is resumed at the first failure; naming later records too would say nothing more.
  const ids = (source.order === 'sequence' ? undone.slice(0, 1) : undone).map(idOf);
  const allFailed = failed.length === records.length && settings.onAllFailed === 'throw';
  // A record that cannot be named cannot be reported; a response without it would have it deleted.
  if (failed.length > 0 && (!reports || allFailed || ids.includes(''))) {
    const failedIds = failed.map(({ index }) => idOf(index));
    throw batchError(
      `${failed.length} of ${records.length} ${id}`,
      failedIds,
      failed.map(({ error }) => error),
    );
  }
  return reports ? source.respond?.(ids) : undefined;
}

const NAMED_IDS = 10;

function batchError(which: string, ids: readonly string[], errors: readonly unknown[]): BatchError {
  const more = ids.length > NAMED_IDS ? ` and ${ids.length - NAMED_IDS} more` : '';
  const named = `${ids.slice(0, NAMED_IDS).join(', ')}${more}`;
  const { type, message } = describeError(errors[0]);
  const what = `${which} records failed (${named}); the first with ${type}: ${message}.`;
  const remedy =
    "The whole batch is retried. To retry these alone, set ReportBatchItemFailures on the event source mapping and failures: 'report'.";
  return new BatchError(`${what} ${remedy}`, ids, errors);
}

/** A record function that answers as if it had the whole batch has been misunderstood; its answer does nothing. */
function warnOfResponse(returned: unknown): void {
  const misunderstood = (): boolean => 'batchItemFailures' in Object(returned);
  if (!survive('result_unreadable', 'Reading a result', misunderstood)) return;
  const what = 'The batchItemFailures that a record function returned are ignored';
  diagnose('record_returned_response', what, "Throw to fail a record, and set failures: 'report'.");
}
