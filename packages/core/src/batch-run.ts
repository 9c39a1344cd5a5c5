import { survive } from './diagnose.ts';
import type { BatchTrigger } from './trigger.ts';

/** Records by index, each list in the order in which its records follow one another. */
export type Lanes = readonly (readonly number[])[];

/** Records of an unordered source run at once: the default batch size of an SQS event source mapping. */
const DEFAULT_CONCURRENCY = 10;

/** How a batch may be run. */
export interface BatchOrder {
  readonly lanes: Lanes;
  /** Lanes that run at once. */
  readonly concurrency: number;
}

/** What became of a batch. Indexes are in the order of the records. */
export interface Verdict {
  readonly failed: readonly { readonly index: number; readonly error: unknown }[];
  /**
   * Indexes of the records that are not done: failed, or not tried because an earlier one of their order failed or
   * because the time was over.
   */
  readonly undone: readonly number[];
  /** Whether records were left because the time was over. */
  readonly late: boolean;
  /** What the record function returned, by index. */
  readonly values: readonly unknown[];
}

/** How the records of a batch are run. */
export interface BatchRun extends BatchOrder {
  /** True when the source resumes at the first failure of all: later records are not started any more. */
  readonly stopsAll: boolean;
  /** Asked before each record: whether there is no time to start it. */
  isOver(): boolean;
  runOne(index: number): Promise<unknown>;
}

/** Runs every record that the order and the time allow. Never rejects. */
export async function runBatch({ lanes, concurrency, stopsAll, isOver, runOne }: BatchRun): Promise<Verdict> {
  const failed: { index: number; error: unknown }[] = [];
  const undone: number[] = [];
  const values: unknown[] = [];
  let late = false;
  let firstFailed = Infinity;
  const runLane = async (lane: readonly number[]): Promise<void> => {
    for (const [position, index] of lane.entries()) {
      // Records before the first failure still have to run: the source will not send them again.
      const stopped = stopsAll && index > firstFailed;
      if (!stopped) late ||= isOver();
      if (stopped || late) return void undone.push(...lane.slice(position));
      try {
        values[index] = await runOne(index);
      } catch (error) {
        failed.push({ index, error });
        undone.push(...lane.slice(position));
        firstFailed = Math.min(firstFailed, index);
        return;
      }
    }
  };
  const waiting = lanes.values();
  const worker = async (): Promise<void> => {
    for (const lane of waiting) await runLane(lane);
  };
  // At least one, whatever the number: a record that nobody runs would be taken for done.
  const workers = [worker()];
  while (workers.length < Math.min(concurrency, lanes.length)) workers.push(worker());
  await Promise.all(workers);
  return { failed: failed.sort((a, b) => a.index - b.index), undone: undone.sort((a, b) => a - b), late, values };
}

/**
 * Groups the records into lanes. A `sequence` is one lane, or one of each key where records are run side by side; a
 * record that stands alone is a lane of its own.
 */
export function orderBatch<E, Rec, R>(
  records: readonly Rec[],
  { id, records: source }: BatchTrigger<E, Rec, R>,
  wanted: number | undefined,
): BatchOrder {
  const { order } = source;
  const keyOf = (record: Rec): string | undefined => {
    if (typeof order === 'function') return order(record);
    if (order !== 'sequence') return undefined;
    return ((wanted ?? 1) > 1 && source.key?.(record)) || order;
  };
  // A record that stands alone has its index for a key.
  const lanes = new Map<string | number, number[]>();
  let ordered = false;
  for (const [index, record] of records.entries()) {
    const key = survive('order_failed', `The trigger ${id}`, () => keyOf(record));
    ordered ||= key !== undefined;
    const lane = lanes.get(key ?? index);
    if (lane === undefined) lanes.set(key ?? index, [index]);
    else lane.push(index);
  }
  return { lanes: [...lanes.values()], concurrency: wanted ?? (ordered ? 1 : DEFAULT_CONCURRENCY) };
}

/**
 * The records that a partial response names. Where the source resumes at a failure, later ones of the same order would
 * say nothing more, so the first of each alone is named.
 */
export function namedRecords<E, Rec, R>(
  { records: { order, resumes } }: BatchTrigger<E, Rec, R>,
  lanes: Lanes,
  { undone }: Verdict,
): readonly number[] {
  if (order === 'sequence') return undone.slice(0, 1);
  if (resumes !== true) return undone;
  const named = new Set(undone);
  return lanes.map((lane) => lane.find((index) => named.has(index))).filter((index) => index !== undefined);
}
