import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { BATCH_FAILED, BATCH_SKIPPED, BATCH_UNTRACED } from './attributes.ts';
import { diagnose, survive } from './diagnose.ts';
import { BatchError, describeError, TraceletError } from './errors.ts';
import type { BatchOptions, Each } from './handler.ts';
import type { Frame } from './invocation.ts';
import type { ResolvedBatch } from './preset.ts';
import { planRecords, runRecord } from './record.ts';
import { currentFrame } from './shared.ts';
import type { BatchTrigger, Trigger } from './trigger.ts';

/** Records run at once when nobody said otherwise: the default batch size of an SQS event source mapping. */
const DEFAULT_CONCURRENCY = 10;

/** A record that failed, by its place in the batch. */
interface Failure {
  readonly index: number;
  readonly error: unknown;
}

/** What became of a batch. Skipped records were not tried, because an earlier one of their order failed. */
interface Verdict {
  readonly failed: readonly Failure[];
  readonly skipped: readonly number[];
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
    const plan = planRecords(frame, trigger as Trigger);
    const { concurrency = DEFAULT_CONCURRENCY, maxRecordSpans } = settings.batch;
    const runOne = (record: Rec, index: number): Promise<void> =>
      runRecord(frame, plan, record, index < maxRecordSpans, async (scope) => {
        const payload = parse === undefined ? record : await parse(record);
        warnOfResponse(await each(payload as P, scope));
      });
    const verdict = await runAll(lanesOf(records, trigger), concurrency, (index) =>
      runOne(records[index] as Rec, index),
    );
    const attributes = countsOf(verdict, records.length, maxRecordSpans);
    survive('span_failed', 'Describing a span', () => batchSpan?.setAttributes(attributes), undefined);
    return answer(trigger, settings.batch, records, verdict);
  };
}

function listRecords<E, Rec, R>(trigger: BatchTrigger<E, Rec, R>, event: E): readonly Rec[] {
  try {
    const list: unknown = trigger.records.list(event);
    // Copied here, where an element that cannot be read does no harm.
    if (Array.isArray(list)) return [...list];
  } catch {
    // An event that cannot be looked into is no batch either.
  }
  const remedy = `Connect the function to a source of ${trigger.id} events, or wrap it with lambda(handler).`;
  throw new TraceletError('not_a_batch', `The event is not a batch of ${trigger.id} records. ${remedy}`);
}

/** Runs every record that the order allows, `concurrency` at a time. */
async function runAll(
  lanes: readonly (readonly number[])[],
  concurrency: number,
  runOne: (index: number) => Promise<void>,
): Promise<Verdict> {
  const failed: Failure[] = [];
  const skipped: number[] = [];
  const runLane = async (lane: readonly number[]): Promise<void> => {
    for (const [position, index] of lane.entries()) {
      try {
        await runOne(index);
      } catch (error) {
        failed.push({ index, error });
        skipped.push(...lane.slice(position + 1));
        return;
      }
    }
  };
  const waiting = lanes.values();
  const worker = async (): Promise<void> => {
    for (const lane of waiting) await runLane(lane);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, lanes.length) }, worker));
  return { failed: failed.sort((a, b) => a.index - b.index), skipped: skipped.sort((a, b) => a - b) };
}

/** Groups the records, by index, into lanes whose records follow one another. */
function lanesOf<E, Rec, R>(
  records: readonly Rec[],
  { id, records: { order } }: BatchTrigger<E, Rec, R>,
): readonly (readonly number[])[] {
  const lanes: number[][] = [];
  const byKey = new Map<string, number[]>();
  const keyOf = (record: Rec): string | undefined =>
    typeof order === 'function' ? order(record) : order === 'sequence' ? '' : undefined;
  for (const [index, record] of records.entries()) {
    const key = survive('order_failed', `The trigger ${id}`, () => keyOf(record), undefined);
    const lane = key === undefined ? undefined : byKey.get(key);
    if (lane !== undefined) {
      lane.push(index);
      continue;
    }
    const started = [index];
    lanes.push(started);
    if (key !== undefined) byKey.set(key, started);
  }
  return lanes;
}

/** What a batch came to, for its span. Failed records have a span of their own, however late. */
function countsOf({ failed, skipped }: Verdict, count: number, maxRecordSpans: number): Attributes {
  const beyond = [...failed.map(({ index }) => index), ...skipped].filter((index) => index >= maxRecordSpans);
  const untraced = Math.max(0, count - maxRecordSpans) - beyond.length;
  return {
    [BATCH_FAILED]: failed.length,
    [BATCH_SKIPPED]: skipped.length,
    ...(untraced > 0 ? { [BATCH_UNTRACED]: untraced } : {}),
  };
}

/** The response that the event source mapping reads, or the error that makes it retry the whole batch. */
function answer<E, Rec, R>(
  { id, records: source }: BatchTrigger<E, Rec, R>,
  settings: ResolvedBatch,
  records: readonly Rec[],
  { failed, skipped }: Verdict,
): R | undefined {
  const reports = settings.failures === 'report' && source.respond !== undefined;
  if (settings.failures === 'report' && !reports) {
    diagnose('no_partial_response', `${id} has no partial responses`, "Use failures: 'throw' for this source.");
  }
  const [first] = failed;
  if (first === undefined) return reports ? source.respond?.([]) : undefined;
  const idOf = (index: number): string => {
    const read = (): unknown => source.id(records[index] as Rec);
    const found = survive('record_unreadable', `The trigger ${id}`, read, undefined);
    return typeof found === 'string' ? found : '';
  };
  // A sequence is resumed at the first failure; naming later records too would say nothing more.
  const indexes = source.order === 'sequence' ? [first.index] : [...failed.map(({ index }) => index), ...skipped];
  const ids = indexes.sort((a, b) => a - b).map(idOf);
  const allFailed = failed.length === records.length && settings.onAllFailed === 'throw';
  // A record that cannot be named cannot be reported; a response without it would have it deleted.
  if (!reports || allFailed || ids.includes('')) throw batchError(id, records.length, failed, idOf);
  return source.respond?.(ids);
}

const NAMED_IDS = 10;

function batchError(
  source: string,
  count: number,
  failed: readonly Failure[],
  idOf: (index: number) => string,
): BatchError {
  const ids = failed.map(({ index }) => idOf(index));
  const named =
    ids.length > NAMED_IDS
      ? `${ids.slice(0, NAMED_IDS).join(', ')} and ${ids.length - NAMED_IDS} more`
      : ids.join(', ');
  const errors = failed.map(({ error }) => error);
  const { type, message } = describeError(errors[0]);
  const what = `${ids.length} of ${count} ${source} records failed (${named}); the first with ${type}: ${message}.`;
  const remedy =
    "The whole batch is retried. To retry failed records alone, set ReportBatchItemFailures on the event source mapping and failures: 'report'.";
  return new BatchError(`${what} ${remedy}`, ids, errors);
}

/** A record function that answers as if it had the whole batch has been misunderstood; its answer does nothing. */
function warnOfResponse(returned: unknown): void {
  if (typeof returned !== 'object' || returned === null) return;
  const misunderstood = (): boolean => 'batchItemFailures' in returned;
  if (!survive('result_unreadable', 'Reading what a record function returned', misunderstood, false)) return;
  const what = 'A record function returned batchItemFailures, which is ignored';
  diagnose('record_returned_response', what, "Throw to fail a record; the wrapper reports it with failures: 'report'.");
}
