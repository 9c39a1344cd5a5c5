import { context as otelContext } from '@opentelemetry/api';
import { describeError, diagnose, type Flusher } from '@tracelet/core';
import { flushBudgetMs } from './budget.ts';
import { makeLedger } from './ledger.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { suppressTracing } from './otlp/suppress.ts';
import type { Counts } from './outbox.ts';
import { within } from './within.ts';

/**
 * Any OpenTelemetry `SpanExporter`, by structure: of `sdk-trace` 3 or `sdk-trace-base` 2, such as
 * `OTLPTraceExporter` of `@opentelemetry/exporter-trace-otlp-http`.
 */
export interface ExporterLike {
  // Every SDK line types its spans differently; all of them take an array of `never`.
  export(spans: never[], done: (result: { code: number; error?: Error | undefined }) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Spans on their way to an exporter of the user's. */
export interface ExporterDelivery extends Flusher {
  addSpan(span: OtlpSpan): void;
  counts(): Counts;
}

/** Spans kept while the exporter fails; about 10 MB. */
const RETAIN_SPANS = 10_000;

/**
 * Delivers through an exporter of the user's, waiting no longer than a flush may take. An export that is not done by
 * then goes on by itself; one that fails is tried again with the next flush.
 */
export function makeExporterDelivery(exporter: ExporterLike, timeoutMs: number): ExporterDelivery {
  const ledger = makeLedger();
  let waiting: OtlpSpan[] = [];

  const retain = (spans: readonly OtlpSpan[], error: unknown): void => {
    const { message } = describeError(error);
    diagnose('exporter_failed', `the exporter failed: ${message}; the spans are kept for the next invocation`, REMEDY);
    waiting = [...spans, ...waiting];
    const excess = waiting.length - RETAIN_SPANS;
    if (excess <= 0) return;
    waiting = waiting.slice(excess);
    ledger.drop('buffer_full', excess);
  };

  const exportOnce = (spans: OtlpSpan[]): Promise<void> =>
    new Promise((resolve) => {
      let done = false;
      const finish = (failure: unknown, failed: boolean): void => {
        if (done) return;
        done = true;
        if (failed) retain(spans, failure);
        else ledger.deliver(spans.length);
        resolve();
      };
      try {
        exporter.export(spans as never[], ({ code, error }) => finish(error ?? `code ${code}`, code !== 0));
      } catch (error) {
        finish(error, true);
      }
    });

  return {
    addSpan(span) {
      ledger.produce(1);
      waiting.push(span);
    },
    counts: () => ledger.counts(),
    async flush(deadlineMs) {
      const budgetMs = flushBudgetMs(timeoutMs, deadlineMs, Date.now());
      if (budgetMs === 0 || waiting.length === 0) return;
      const spans = waiting;
      waiting = [];
      const send = (): Promise<unknown> => exportOnce(spans).then(() => exporter.forceFlush?.());
      await within(otelContext.with(suppressTracing(otelContext.active()), send), budgetMs);
    },
  };
}

const REMEDY = 'Look at the exporter and its backend.';
