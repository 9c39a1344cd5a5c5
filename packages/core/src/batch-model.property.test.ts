import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Answer, type Mapping, mappings } from './batch-model.fixture.ts';
import { BatchError } from './errors.ts';
import type { BatchOptions, BatchWrapper, Handler } from './handler.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';

const RUNS = 1000;
const REMAINING_MS = 3000;

/** What becomes of a record, `turns` turns of the microtask queue after it was started. */
interface Planned {
  readonly group: number;
  readonly outcome: 'ok' | 'throw' | 'reject' | 'unparsable' | 'until the deadline';
  readonly turns: number;
}

type Options = Pick<
  BatchOptions<object, object>,
  'failures' | 'onAllFailed' | 'concurrency' | 'maxRecordSpans' | 'skipOnDeadline'
>;

const throwOrReport = fc.constantFrom('throw', 'report');
const planned = fc.record<Planned>({
  group: fc.nat(3),
  outcome: fc.oneof(
    { weight: 6, arbitrary: fc.constant('ok' as const) },
    { weight: 3, arbitrary: fc.constantFrom('throw', 'reject', 'unparsable') },
    { weight: 1, arbitrary: fc.constant('until the deadline' as const) },
  ),
  turns: fc.nat(6),
});
const batches = fc.oneof(
  { weight: 5, arbitrary: fc.array(planned, { maxLength: 30 }) },
  // All fail, which a long list seldom does.
  {
    weight: 1,
    arbitrary: fc.array(
      planned.map((one): Planned => ({ ...one, outcome: 'reject' })),
      { maxLength: 4 },
    ),
  },
);
const options = fc.record<Options>({
  failures: throwOrReport,
  onAllFailed: throwOrReport,
  concurrency: fc.constantFrom(undefined, 1, 3, 20),
  maxRecordSpans: fc.constantFrom(undefined, 0, 2, 10),
  skipOnDeadline: fc.constantFrom(undefined, true, false),
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it.each(Object.entries(mappings))(
  '%s never loses a record, and repeats only what its order demands',
  async (_, mapping) => {
    await fc.assert(
      fc.asyncProperty(batches, options, async (batch, settings) => {
        const { records, ...played } = await play(mapping, batch, settings);
        const { answer, behind, done, failed, started, overlaps, most, late } = played;
        const redelivered = new Set(mapping.redelivers(records, answer));
        const scopes = records.map((record) => mapping.scopeOf(record as never));
        const before = (at: number, which: (record: object) => boolean): boolean =>
          scopes[at] !== undefined && records.some((record, i) => i < at && scopes[i] === scopes[at] && which(record));
        const isAnswered = 'response' in answer;

        for (const [at, record] of records.entries()) {
          // Safety: what is not delivered again was processed, and nothing of its order was left behind it.
          if (!redelivered.has(record)) expect(done.has(record)).toBe(true);
          if (!redelivered.has(record)) expect(before(at, (other) => redelivered.has(other))).toBe(false);
          // Thrift: what was processed is delivered again only behind a record that was not, or together with all.
          if (redelivered.has(record) && done.has(record) && isAnswered) {
            expect(before(at, (other) => !done.has(other))).toBe(true);
          }
          // Progress: what was not tried had no time, or comes behind a failure.
          if (!started.includes(record)) expect(late || before(at, (other) => failed.has(other))).toBe(true);
        }
        expect(overlaps).toEqual([]);
        const atOnce = settings.concurrency ?? mapping.atOnce;
        expect(most).toBeLessThanOrEqual(atOnce);
        expect(behind).toBeLessThan(atOnce);
        const undone = records.length - done.size;
        const allFailed = failed.size === records.length && settings.onAllFailed === 'throw';
        expect(isAnswered).toBe(undone === 0 || (settings.failures === 'report' && !allFailed));
        expectError(mapping, records, failed, answer);
        expectSpans(mapping, settings, { ...played, records });
      }),
      { numRuns: RUNS },
    );
  },
  30_000,
);

interface Played {
  readonly records: readonly object[];
  readonly answer: Answer;
  readonly started: readonly object[];
  readonly done: ReadonlySet<object>;
  readonly failed: ReadonlyMap<object, Error>;
  /** Records that started before the one ahead of them had ended, out of order, or when there was no time left. */
  readonly overlaps: readonly string[];
  /** How many started behind a failure of their order; those that ran beside it may have been about to. */
  readonly behind: number;
  /** How many ran at once. */
  readonly most: number;
  /** Whether the time was over, for a wrapper that minds it. */
  readonly late: boolean;
  readonly spans: readonly ReadableSpan[];
}

/** Has a batch wrapper work through the batch and watches it. */
async function play(mapping: Mapping, batch: readonly Planned[], options: Options): Promise<Played> {
  const { event, records } = mapping.eventOf(batch.map(({ group }) => group));
  const { lambda, spans } = recorder();
  const deadlineMs = Date.now() + REMAINING_MS;
  const started: object[] = [];
  const done = new Set<object>();
  const failed = new Map<object, Error>();
  const lanes = new Map<string, number>();
  const overlaps: string[] = [];
  let behind = 0;
  let most = 0;
  let late = false;
  const laneOf = (record: object): string | undefined =>
    mapping.laneOf(record as never, options.concurrency ?? mapping.atOnce);

  const begin = (record: object): Planned => {
    const at = records.indexOf(record);
    const lane = laneOf(record);
    const scope = mapping.scopeOf(record as never);
    const stops = (other: object): boolean => mapping.scopeOf(other as never) === scope && records.indexOf(other) < at;
    if (scope !== undefined && [...failed.keys()].some(stops)) behind += 1;
    if (late) overlaps.push(`${at} without time`);
    if (lane !== undefined && (lanes.get(lane) ?? -1) >= at) overlaps.push(`${at} out of order`);
    if (started.some((other) => isRunning(other) && lane !== undefined && laneOf(other) === lane)) {
      overlaps.push(`${at} too early`);
    }
    if (lane !== undefined) lanes.set(lane, at);
    started.push(record);
    most = Math.max(most, started.filter(isRunning).length);
    return batch[batchIndexOf(record)] as Planned;
  };
  const isRunning = (record: object): boolean => !done.has(record) && !failed.has(record);
  // Kafka lists its records by partition.
  const batchIndexOf = (record: object): number =>
    mapping.wrapper === 'kafka' ? (record as { offset: number }).offset - 7 : records.indexOf(record);
  const fail = (record: object): never => {
    const error = new Error(`record ${records.indexOf(record)}`);
    failed.set(record, error);
    throw error;
  };
  const parse = (record: object): object => {
    const { outcome } = begin(record);
    return outcome === 'unparsable' ? fail(record) : record;
  };
  const each = (record: object): unknown => {
    const { outcome, turns } = batch[batchIndexOf(record)] as Planned;
    return outcome === 'throw' ? fail(record) : work(record, outcome, turns);
  };
  const work = async (record: object, outcome: Planned['outcome'], turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await undefined;
    if (outcome === 'reject') fail(record);
    if (outcome === 'until the deadline') {
      vi.setSystemTime(deadlineMs - 100);
      late = options.skipOnDeadline !== false;
    }
    done.add(record);
  };

  const wrap = lambda[mapping.wrapper] as unknown as BatchWrapper<Handler, object>;
  const handler = wrap({ ...options, parse }, each);
  const context = fakeContext({ getRemainingTimeInMillis: () => deadlineMs - Date.now() });
  const came = await settled(handler(event, context));
  // The runtime writes a response as JSON.
  const answer = 'error' in came ? came : { response: JSON.parse(JSON.stringify(came.value ?? null)) };
  return { records, answer, behind, started, done, failed, overlaps, most, late, spans: spans() };
}

/** The error names what failed, each with its cause, in the order of the batch. */
function expectError(mapping: Mapping, records: readonly object[], failed: Played['failed'], answer: Answer): void {
  if (!('error' in answer)) return;
  const { error } = answer;
  if (!(error instanceof BatchError)) throw error;
  const inOrder = records.filter((record) => failed.has(record));
  expect(error.failedIds).toEqual(inOrder.map((record) => mapping.idOf(record as never)));
  expect(error.errors).toEqual(inOrder.map((record) => failed.get(record)));
}

/** The first records and the failed ones have spans, and the batch's counts the rest. */
function expectSpans(mapping: Mapping, options: Options, { done, failed, records, spans, started }: Played): void {
  const { maxRecordSpans = 1000 } = options;
  const idOf = (record: object): string => mapping.idOf(record as never);
  const traced = started.filter((record, nth) => nth < maxRecordSpans || failed.has(record));
  const recordSpans = spans.filter(({ attributes }) => 'messaging.message.id' in attributes);
  const idIn = ({ attributes }: ReadableSpan): unknown => attributes['messaging.message.id'];
  expect(recordSpans.map(idIn).sort()).toEqual(traced.map(idOf).sort());
  expect(
    recordSpans
      .filter(({ status }) => status.code === 2)
      .map(idIn)
      .sort(),
  ).toEqual([...failed.keys()].map(idOf).sort());
  const batchSpan = spans.find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  const count = (name: string): unknown => batchSpan?.attributes[`tracelet.batch.${name}_count`] ?? 0;
  expect(['failed', 'skipped', 'untraced'].map(count)).toEqual([
    failed.size,
    records.length - done.size - failed.size,
    started.length - traced.length,
  ]);
}
