import { context as otelContext } from '@opentelemetry/api';
import { describeError, diagnose, type Flusher } from '@tracelet/core';
import { makeBreaker } from './breaker.ts';
import { flushWithin } from './budget.ts';
import type { Ledger } from './ledger.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { suppressTracing } from './otlp/suppress.ts';
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
}

/** Spans kept while the exporter fails; about 10 MB. */
const RETAIN_SPANS = 10_000;

/**
 * Delivers through an exporter of the user's, waiting no longer than a flush may take. An export that is not done by
 * then goes on by itself; one that fails is tried again with the next flush. A breaker keeps one that is dead or slow
 * from being paid for every time.
 */
export function makeExporterDelivery(exporter: ExporterLike, timeoutMs: number, ledger: Ledger): ExporterDelivery {
  const breaker = makeBreaker(timeoutMs);
  let waiting: OtlpSpan[] = [];

  const retain = (spans: readonly OtlpSpan[]): void => {
    const all = [...spans, ...waiting];
    waiting = all.slice(-RETAIN_SPANS);
    ledger.drop('buffer_full', all.length - waiting.length);
  };

  const exportOnce = (spans: readonly OtlpSpan[]): Promise<void> =>
    new Promise((resolve, reject) => {
      exporter.export(spans as never[], ({ code, error }) =>
        code === 0 ? resolve() : reject(error ?? `code ${code}`),
      );
    });

  const exportWaiting = async (): Promise<void> => {
    const spans = waiting;
    const startedAtMs = Date.now();
    waiting = [];
    try {
      await exportOnce(spans);
      ledger.deliver(spans.length);
      breaker.note({ tookMs: Date.now() - startedAtMs });
    } catch (error) {
      const what = `the exporter failed: ${describeError(error).message}; the spans are kept for the next invocation`;
      diagnose('exporter_failed', what, 'Look at the exporter and its backend.');
      retain(spans);
      breaker.note({ tookMs: Date.now() - startedAtMs, fault: { reason: 'failed' } });
    }
    await exporter.forceFlush?.();
  };

  return {
    addSpan(span) {
      ledger.produce(1);
      waiting.push(span);
    },
    async flush(deadlineMs) {
      if (waiting.length === 0) return;
      if (!breaker.allows()) {
        retain([]);
        return;
      }
      const quiet = suppressTracing(otelContext.active());
      await flushWithin(timeoutMs, deadlineMs, async (budgetMs) => {
        const done = otelContext.with(quiet, exportWaiting);
        if (!(await within(done, budgetMs))) breaker.note({ tookMs: budgetMs, fault: { reason: 'timeout' } });
      });
    },
  };
}
