import { survive } from './diagnose.ts';
import { fault, success } from './outcome.ts';
import type { BatchTrigger, Outcome } from './trigger.ts';

/** Records by index, each list in the order in which its records follow one another. */
export type Lanes = readonly (readonly number[])[];

/** Records of an unordered source run at once: the default batch size of an SQS event source mapping. */
const DEFAULT_CONCURRENCY = 10;

/** How a batch may be run. */
export interface BatchOrder {
  /** Lanes in the order in which they start; `undefined` when every record stands alone. */
  readonly lanes: Lanes | undefined;
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

/** How the records of a batch are run. `T` is a record at work. */
export interface BatchRun<T> extends BatchOrder {
  readonly count: number;
  /** True when the source resumes at the first failure of all: later records are not started any more. */
  readonly stopsAll: boolean;
  /** Asked before each record: whether there is no time to start it. */
  isOver(): boolean;
  begin(index: number): T;
  /** Does the work; what it gives is awaited. */
  work(running: T): unknown;
  end(running: T, outcome: Outcome, value: unknown): void;
}

/** Runs every record that the order and the time allow. Never rejects, as long as `begin` and `end` do not throw. */
export async function runBatch<T>(run: BatchRun<T>): Promise<Verdict> {
  const { count, lanes, stopsAll } = run;
  const failed: { index: number; error: unknown }[] = [];
  const undone: number[] = [];
  const values: unknown[] = [];
  let late = false;
  let firstFailed = Infinity;
  const mayStart = (index: number): boolean => {
    // Records before the first failure still have to run: the source will not send them again.
    if (stopsAll && index > firstFailed) return false;
    late ||= run.isOver();
    return !late;
  };
  const fail = (index: number, error: unknown): Outcome => {
    failed.push({ index, error });
    firstFailed = Math.min(firstFailed, index);
    return fault(error);
  };
  const laneCount = lanes?.length ?? count;
  let next = 0;
  // Plain loops and one `await` a record: iterators and promises of our own would be half of all garbage.
  const worker = async (): Promise<void> => {
    while (next < laneCount) {
      const lane = lanes?.[next];
      const alone = next++;
      const count = lane?.length ?? 1;
      for (let position = 0; position < count; position++) {
        const index = lane?.[position] ?? alone;
        let outcome: Outcome | undefined;
        if (mayStart(index)) {
          const running = run.begin(index);
          try {
            values[index] = await run.work(running);
            outcome = success;
          } catch (error) {
            outcome = fail(index, error);
          }
          run.end(running, outcome, values[index]);
        }
        if (outcome === success) continue;
        undone.push(...(lane?.slice(position) ?? [alone]));
        break;
      }
    }
  };
  // At least one, whatever the number: a record that nobody runs would be taken for done.
  const workers = [worker()];
  while (workers.length < Math.min(run.concurrency, laneCount)) workers.push(worker());
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
  const alone = { lanes: undefined, concurrency: wanted ?? DEFAULT_CONCURRENCY };
  if (order === undefined || order === 'any') return alone;
  if (order === 'sequence' && (wanted ?? 1) <= 1) return { lanes: [records.map((_, index) => index)], concurrency: 1 };
  const keyOf = (record: Rec): string | undefined =>
    typeof order === 'function' ? order(record) : source.key?.(record) || 'sequence';
  const where = `The trigger ${id}`;
  const keys = records.map((record) => survive('order_failed', where, () => keyOf(record)));
  if (keys.every((key) => key === undefined)) return alone;
  // A record that stands alone has its index for a key.
  const lanes = new Map<string | number, number[]>();
  for (const [index, key] of keys.entries()) {
    const lane = lanes.get(key ?? index);
    if (lane === undefined) lanes.set(key ?? index, [index]);
    else lane.push(index);
  }
  return { lanes: [...lanes.values()], concurrency: wanted ?? 1 };
}

/**
 * The records that a partial response names. Where the source resumes at a failure, later ones of the same order would
 * say nothing more, so the first of each alone is named.
 */
export function namedRecords<E, Rec, R>(
  { records: { order, resumes } }: BatchTrigger<E, Rec, R>,
  lanes: Lanes | undefined,
  { undone }: Verdict,
): readonly number[] {
  if (order === 'sequence') return undone.slice(0, 1);
  if (resumes !== true || lanes === undefined) return undone;
  const named = new Set(undone);
  return lanes.map((lane) => lane.find((index) => named.has(index))).filter((index) => index !== undefined);
}
