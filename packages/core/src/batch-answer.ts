import { type Lanes, namedRecords, type Verdict } from './batch-run.ts';
import { diagnose, survive } from './diagnose.ts';
import { BatchError, describeError } from './errors.ts';
import type { ResolvedBatch } from './preset.ts';
import type { BatchTrigger, Trigger } from './trigger.ts';

/**
 * The response that the event source mapping reads, or the error that makes it retry the whole batch.
 *
 * @throws {BatchError} When records are not done and the response cannot say so.
 */
export function answerBatch<E, Rec, R>(
  trigger: BatchTrigger<E, Rec, R>,
  settings: ResolvedBatch,
  records: readonly Rec[],
  lanes: Lanes | undefined,
  verdict: Verdict,
): R | undefined {
  const { id, records: source } = trigger;
  const { failed, late, undone, values } = verdict;
  // An answer for each would put those aside for good that nobody had the time to try.
  if (source.answer !== undefined && !late) {
    const missing = new Set(undone);
    return source.answer(
      records.map((record, index) => ({ record, failed: missing.has(index), value: values[index] })),
    );
  }
  const wanted = settings.failures === 'report';
  const reports = wanted && source.respond !== undefined;
  if (wanted && !reports) {
    diagnose('no_partial_response', `${id} has no partial responses`, "Use failures: 'throw' for this source.");
  }
  const idOf = (index: number): string => {
    const found: unknown = survive('record_unreadable', `The trigger ${id}`, () => source.id(records[index] as Rec));
    return typeof found === 'string' ? found : '';
  };
  const named = namedRecords(trigger, lanes, verdict).map(idOf);
  const allFailed = failed.length === records.length && settings.onAllFailed === 'throw';
  // A record that cannot be named cannot be reported; a response without it would have it deleted.
  if (undone.length > 0 && (!reports || allFailed || named.includes(''))) {
    throw batchError(
      trigger as Trigger,
      records.length,
      verdict,
      failed.map(({ index }) => idOf(index)),
      reports,
    );
  }
  return reports ? source.respond?.(named) : undefined;
}

const NAMED_IDS = 10;

function batchError(
  { id, records }: Trigger,
  count: number,
  { failed, late }: Verdict,
  ids: readonly string[],
  reports: boolean,
): BatchError {
  const errors = failed.map(({ error }) => error);
  const more = ids.length > NAMED_IDS ? ` and ${ids.length - NAMED_IDS} more` : '';
  const { type, message } = describeError(errors[0]);
  const what = [
    ids.length > 0 &&
      `${ids.length} of ${count} ${id} records failed (${ids.slice(0, NAMED_IDS).join(', ')}${more}); ` +
        `the first with ${type}: ${message.replace(/\.$/, '')}.`,
    late && `Some of the ${count} ${id} records were not started: Lambda was about to end the invocation.`,
    records?.respond === undefined
      ? 'The source has no partial responses, so the whole batch is retried.'
      : 'The whole batch is retried.',
    records?.respond !== undefined &&
      !reports &&
      "To retry these alone, set ReportBatchItemFailures on the event source mapping and failures: 'report'.",
  ];
  return new BatchError(what.filter(Boolean).join(' '), ids, errors);
}
