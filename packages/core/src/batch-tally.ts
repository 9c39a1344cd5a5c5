import type { Attributes } from '@opentelemetry/api';
import {
  BATCH_BYTES,
  BATCH_FAILED,
  BATCH_RECORD_MAX_MS,
  BATCH_RECORD_P50_MS,
  BATCH_RECORD_P95_MS,
  BATCH_UNTRACED,
} from './attributes.ts';

/** What the records of one invocation add up to. Counted as they start and end. */
export interface Tally {
  started: number;
  failed: number;
  /** Records that ended without a span of their own. */
  untraced: number;
  /** Sizes of the messages, as far as the source tells them. */
  bytes: number;
  /** How long each record took that has ended, in milliseconds. */
  readonly durationsMs: number[];
  /** Records whose spans say that they failed. */
  readonly failures: Set<unknown>;
}

/** A tally with everything at zero. */
export function makeTally(): Tally {
  return { started: 0, failed: 0, untraced: 0, bytes: 0, durationsMs: [], failures: new Set() };
}

/** What the records of a batch came to, for the batch's span. */
export function describeTally({ bytes, durationsMs, failed, untraced }: Tally): Attributes {
  if (durationsMs.length === 0) return failed > 0 ? { [BATCH_FAILED]: failed } : {};
  const sorted = Float64Array.from(durationsMs).sort();
  const percentile = (ratio: number): number => Math.round(sorted[Math.floor(ratio * (sorted.length - 1))] as number);
  return {
    [BATCH_FAILED]: failed,
    ...(untraced > 0 && { [BATCH_UNTRACED]: untraced }),
    ...(bytes > 0 && { [BATCH_BYTES]: bytes }),
    [BATCH_RECORD_P50_MS]: percentile(0.5),
    [BATCH_RECORD_P95_MS]: percentile(0.95),
    [BATCH_RECORD_MAX_MS]: percentile(1),
  };
}
