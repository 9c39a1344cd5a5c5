import { type BatchError, isTraceletError } from '@tracelet/core';

/** What a handler gave: its result or its error. */
export type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: unknown };

/**
 * The records that an event source mapping delivers again by this answer: the ids of the partial response, or those that
 * the error of a batch wrapper names. `undefined` when the answer is neither. A Kafka offset reads `TOPIC-PARTITION:OFFSET`.
 */
export function batchItemFailuresOf(answer: Answer): readonly string[] | undefined {
  if (!answer.ok) return isBatchError(answer.error) ? answer.error.failedIds : undefined;
  const { batchItemFailures } = Object(answer.result) as { batchItemFailures?: readonly Item[] | null };
  return Array.isArray(batchItemFailures)
    ? (batchItemFailures as readonly Item[]).map(({ itemIdentifier: id }) =>
        typeof id === 'object' && id !== null ? `${id.partition}:${id.offset}` : String(id),
      )
    : undefined;
}

interface Item {
  readonly itemIdentifier: string | { readonly partition: string; readonly offset: number } | null | undefined;
}

function isBatchError(error: unknown): error is BatchError {
  return isTraceletError(error) && error.code === 'batch_failed';
}
