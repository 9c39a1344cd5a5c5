import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRuntime } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type Leg, runtimeClients } from './clients.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-console-'));
const entry = join(import.meta.dirname, 'fixtures/console-bridge.ts');

beforeAll(() => bundle({ entry, directory: taskRoot, format: 'cjs' }));
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(`the bridge over the patched console, ${leg.name}`, () => {
    it("adds the ids to the runtime's text lines", async () => {
      const { loading, logs, requestId } = await run(leg, { AWS_LAMBDA_LOG_FORMAT: 'Text' });
      const ids = `trace_id=[0-9a-f]{32} span_id=[0-9a-f]{16} trace_flags=01 cold_start=true`;
      const line = (level: string, text: string): unknown =>
        expect.stringMatching(new RegExp(`^\\d{4}-\\S+Z\t${requestId}\t${level}\t${text}\t${ids}$`));
      expect(logs).toEqual([
        line('INFO', 'charged 7'),
        line('DEBUG', 'detail'),
        line('WARN', String.raw`\{ order: 1, password: '\[REDACTED\]' \}`),
        line('ERROR', String.raw`failed: RangeError: no[^\n]*`),
      ]);
      expect(loading).toMatch(/\tINFO\tloading$/);
    });

    it('writes JSON lines with the fields of the platform and ours, from its level on', async () => {
      const env = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' };
      const { loading, logs, requestId } = await run(leg, env);
      const facts = {
        requestId,
        timestamp: expect.stringMatching(/Z$/),
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        function_name: 'local-function',
        cold_start: true,
      };
      expect(logs.map((line) => JSON.parse(line))).toMatchObject([
        { ...facts, level: 'INFO', message: 'charged 7' },
        { ...facts, level: 'WARN', message: { order: 1, password: '[REDACTED]' } },
        {
          ...facts,
          level: 'ERROR',
          message: expect.stringMatching(/^failed: RangeError: no/),
          errorType: 'RangeError',
          errorMessage: 'no',
          stackTrace: expect.arrayContaining(['RangeError: no']),
        },
      ]);
      expect(JSON.parse(loading)).toMatchObject({ level: 'INFO', message: 'loading' });
    });
  });
}

async function run(leg: Leg, env: Record<string, string>) {
  const runtime = await startRuntime({
    ...leg,
    handler: 'index.handler',
    taskRoot,
    env: { OTEL_TRACES_EXPORTER: 'none', ...env },
  });
  try {
    const { logs, requestId, status } = await runtime.invoke({});
    expect(status).toBe('success');
    const loading = runtime.stdout.find((line) => line.includes('loading')) ?? '';
    return { loading, logs, requestId };
  } finally {
    await runtime.shutdown();
  }
}
