import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvokeResult, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { runtimeClients } from './clients.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-summary-'));

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/logs.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(leg.name, () => {
    it('has one summary line for each invocation, also for one that times out', async () => {
      const env = { OTEL_TRACES_EXPORTER: 'none', AWS_LAMBDA_LOG_FORMAT: 'JSON' };
      const runtime = await startRuntime({ ...leg, handler: 'index.handler', taskRoot, env });
      try {
        const cold = await runtime.invoke({});
        expect(summaries(cold)).toMatchObject([
          {
            level: 'INFO',
            requestId: cold.requestId,
            outcome: 'ok',
            trigger: 'unknown',
            cold_start: true,
            function_memory_mb: 512,
            init_ms: expect.any(Number),
            duration_ms: expect.any(Number),
            memory_used_mb: expect.any(Number),
            cpu_ms: expect.any(Number),
            remaining_ms: expect.any(Number),
          },
        ]);
        const failed = await runtime.invoke({ end: 'fail' });
        expect(summaries(failed)).toMatchObject([
          { level: 'ERROR', outcome: 'error', error_type: 'Error', cold_start: false },
        ]);
        expect(summaries(failed)[0]).not.toHaveProperty('init_ms');
        const late = await runtime.invoke({ end: 'hang' }, { deadlineMs: 1000 });
        expect(late.status).toBe('timeout');
        expect(summaries(late)).toMatchObject([{ level: 'ERROR', outcome: 'timeout', requestId: late.requestId }]);
      } finally {
        await runtime.shutdown();
      }
    });

    it.each([
      ['logs', 0],
      ['logs/dup', 1],
    ])('records exceptions as log records with OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN=%s', async (optIn, events) => {
      const sink = await startSink();
      const runtime = await startRuntime({
        ...leg,
        handler: 'index.handler',
        taskRoot,
        env: {
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
          OTEL_LOGS_EXPORTER: 'otlp',
          OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: optIn,
        },
      });
      try {
        await runtime.invoke({ end: 'fail' });
        const span = sink.spans.find(({ kind }) => kind === 'SERVER');
        expect(span?.events).toHaveLength(events);
        expect(sink.logs.filter(({ eventName }) => eventName?.endsWith('exception'))).toMatchObject([
          {
            eventName: 'faas.invocation.exception',
            severityNumber: 17,
            traceId: span?.traceId,
            spanId: span?.spanId,
            attributes: { 'exception.type': 'Error', 'exception.message': 'failed' },
          },
        ]);
        // The lines that were held go the same way.
        expect(sink.logs.filter(({ body }) => String(body).startsWith('held'))).toHaveLength(3);
      } finally {
        await runtime.shutdown();
        await sink.close();
      }
    });
  });
}

function summaries({ logs }: InvokeResult): readonly Readonly<Record<string, unknown>>[] {
  return logs.filter((line) => line.includes('"type":"tracelet.invocation"')).map((line) => JSON.parse(line));
}
