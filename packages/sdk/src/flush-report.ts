import {
  EXPORT_DROP_REASONS,
  EXPORT_DROPPED,
  EXPORT_FLUSH_MS,
  EXPORT_RETAINED,
  FLUSH_FALLBACK,
  type Flusher,
  monotonicMs,
  type Plugin,
} from '@tracelet/core';
import type { FlushStatus } from './after-response.ts';
import type { Counts } from './outbox.ts';
import { SAMPLED_OUT } from './tail.ts';

/** A flusher that is watched, and what tells of it. */
export interface FlushReport {
  readonly flusher: Flusher;
  /** Puts on each invocation's span how the flush before it went. */
  readonly plugin: Plugin;
}

/**
 * Tells what becomes of telemetry in telemetry: how long the flush before took and, where something is amiss, what
 * waits, what was given up, and why responses wait. The counts are totals of the process, so that a span which is lost
 * itself takes no number along.
 */
export function reportFlushes({ flush }: Flusher, counts: () => Counts, status: FlushStatus): FlushReport {
  let last: (Counts & { readonly tookMs: number }) | undefined;
  return {
    flusher: {
      async flush(deadlineMs) {
        const startedAtMs = monotonicMs();
        await flush(deadlineMs);
        last = { ...counts(), tookMs: Math.round(monotonicMs() - startedAtMs) };
      },
    },
    plugin: {
      name: 'tracelet-flush-report',
      invocation(span) {
        if (status.fallback) span.setAttribute(FLUSH_FALLBACK, status.fallback);
        if (!last) return;
        // Nothing is lost with what was not worth sending.
        const reasons = Object.entries(last.dropped).filter(([reason]) => reason !== SAMPLED_OUT);
        span.setAttribute(EXPORT_FLUSH_MS, last.tookMs);
        if (last.retained > 0) span.setAttribute(EXPORT_RETAINED, last.retained);
        if (reasons.length === 0) return;
        span.setAttribute(
          EXPORT_DROPPED,
          reasons.reduce((sum, [, items]) => sum + items, 0),
        );
        span.setAttribute(
          EXPORT_DROP_REASONS,
          reasons.map((pair) => pair.join('=')),
        );
      },
    },
  };
}
