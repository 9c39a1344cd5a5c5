import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvokeResult, type LocalRuntime, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type Leg, runtimeClients } from './clients.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-held-'));
const HELD = ['held 0', 'held 1', 'held 2'];

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/logs.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(`held lines, ${leg.name}`, () => {
    it.each([
      ['is forgotten when the invocation ends well', 'well', ['success'], []],
      ['arrives when it fails', 'fail', ['error'], HELD],
      ['arrives when it times out', 'hang', ['timeout'], HELD],
      // Client 3 posts what nobody caught as an error before it exits.
      ['arrives when nobody catches an error', 'throw-later', ['crash', 'error'], HELD],
      ['arrives when nobody handles a rejection', 'reject', ['crash', 'error'], HELD],
      ['arrives when the process exits', 'exit', ['crash'], HELD],
    ] as const)('all that is held %s', (_, end, statuses, wanted) =>
      withRuntime(leg, {}, async (runtime) => {
        const result = await runtime.invoke({ end }, { deadlineMs: 1200 });
        expect(statuses).toContain(result.status);
        const lines = heldLines(result);
        expect(lines.map(({ message }) => message)).toEqual(wanted);
        for (const line of lines) expect(line).toMatchObject({ level: 'DEBUG', request_id: result.requestId });
      }),
    );

    it('goes to OTLP before the time-out, with the spans, and to stdout where the process crashes', async () => {
      const sink = await startSink();
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOGS_EXPORTER: 'otlp', TRACELET_LOG_STDOUT: 'false' };
      await withRuntime(leg, env, async (runtime) => {
        const late = await runtime.invoke({ end: 'hang' }, { deadlineMs: 1200 });
        expect(late.status).toBe('timeout');
        expect(heldLines(late)).toEqual([]);
        const records = sink.logs.filter(({ body }) => String(body).startsWith('held'));
        expect(records.map(({ body }) => body)).toEqual(HELD);
        const root = sink.spans.find(({ kind }) => kind === 'SERVER');
        for (const record of records) expect(record.traceId).toBe(root?.traceId);
        const crashed = await runtime.invoke({ end: 'throw-later' });
        expect(heldLines(crashed).map(({ message }) => message)).toEqual(HELD);
      });
      await sink.close();
    });
  });
}

async function withRuntime(
  leg: Leg,
  env: Record<string, string>,
  use: (runtime: LocalRuntime) => Promise<void>,
): Promise<void> {
  const runtime = await startRuntime({
    ...leg,
    handler: 'index.handler',
    taskRoot,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', ...env },
  });
  try {
    await use(runtime);
  } finally {
    await runtime.shutdown();
  }
}

function heldLines({ logs }: InvokeResult): readonly Readonly<Record<string, unknown>>[] {
  return logs.filter((line) => line.includes('"message":"held ')).map((line) => JSON.parse(line));
}
