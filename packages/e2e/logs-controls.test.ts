import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalRuntime, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type Leg, runtimeClients } from './clients.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-logs-'));
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
type Level = (typeof LEVELS)[number];
type Line = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  await bundle({ entry: fixture('logs.ts'), directory: taskRoot, format: 'esm' });
  await bundle({ entry: fixture('logs-worker.ts'), directory: join(taskRoot, 'worker'), format: 'esm' });
});
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

/** What a function's logging configuration can say, and what becomes of it. */
const controls: readonly { readonly env: Record<string, string>; readonly least: Level; readonly json: boolean }[] = [
  { env: {}, least: 'INFO', json: false },
  { env: { AWS_LAMBDA_LOG_FORMAT: 'Text' }, least: 'INFO', json: false },
  { env: { AWS_LAMBDA_LOG_FORMAT: 'Text', TRACELET_LOG_LEVEL: 'trace' }, least: 'TRACE', json: false },
  ...LEVELS.map((least) => ({
    env: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: least, TRACELET_LOG_LEVEL: 'error' },
    least,
    json: true,
  })),
];

/** Each share of invocations that are debugged, and what it makes of the least level. */
const samples: readonly { readonly env: Record<string, string>; readonly least: Level }[] = [
  { env: { TRACELET_LOG_DEBUG_RATIO: '0' }, least: 'INFO' },
  { env: { TRACELET_LOG_DEBUG_RATIO: '1' }, least: 'TRACE' },
  {
    env: { TRACELET_LOG_DEBUG_RATIO: '1', AWS_LAMBDA_LOG_LEVEL: 'DEBUG', AWS_LAMBDA_LOG_FORMAT: 'JSON' },
    least: 'DEBUG',
  },
  {
    env: { TRACELET_LOG_DEBUG_RATIO: '1', AWS_LAMBDA_LOG_LEVEL: 'WARN', AWS_LAMBDA_LOG_FORMAT: 'JSON' },
    least: 'WARN',
  },
];

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(leg.name, () => {
    it.each(controls)('$env writes from $least on, at init and in an invocation', ({ env, least, json }) =>
      withRuntime(leg, env, async (runtime) => {
        const { requestId } = await runtime.invoke({ levels: true, end: 'well' });
        const lines = ours(runtime);
        const of = (phase: string): unknown[] => messagesOf(lines.filter(({ message }) => startsWith(message, phase)));
        const wanted = LEVELS.slice(LEVELS.indexOf(least));
        expect(of('init')).toEqual(wanted.map((level) => `init ${level.toLowerCase()}`));
        // What is below the level is held, and an error in the invocation sets it free, but for what Lambda excludes.
        const floor = env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE';
        const free = LEVELS.slice(LEVELS.indexOf(floor as Level)).map((level) => `run ${level.toLowerCase()}`);
        expect(of('run').toSorted()).toEqual(free.toSorted());
        const [id, other] = json ? ['requestId', 'request_id'] : ['request_id', 'requestId'];
        for (const line of lines.filter(({ message }) => startsWith(message, 'run'))) {
          expect(line).toMatchObject({
            [id]: requestId,
            cold_start: true,
            trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
          });
          expect(line).not.toHaveProperty(other);
          expect(String(line.message)).toBe(`run ${String(line.level).toLowerCase()}`);
          expect(line.nested).toEqual({ level: String(line.level).toLowerCase() });
        }
        for (const line of lines.filter(({ message }) => startsWith(message, 'init'))) {
          expect(line).toMatchObject({ function_name: 'local-function', function_memory_mb: 512 });
          expect(line).not.toHaveProperty(id);
        }
      }),
    );

    it.each(samples)('$env writes the lines of an invocation from $least on', ({ env, least }) =>
      withRuntime(leg, env, async (runtime) => {
        await runtime.invoke({ end: 'well' });
        const held = ours(runtime).filter(({ message }) => startsWith(message, 'held'));
        expect(held.length).toBe(LEVELS.indexOf(least) <= LEVELS.indexOf('DEBUG') ? 3 : 0);
      }),
    );

    it('writes what is logged after the response, and in worker threads', () =>
      withRuntime(leg, { TRACELET_LOG_LEVEL: 'info' }, async (runtime) => {
        const first = await runtime.invoke({ late: true });
        await runtime.invoke({ worker: true });
        await runtime.invoke({});
        const lines = ours(runtime);
        expect(lines.filter(({ message }) => message === 'late')).toMatchObject([{ request_id: first.requestId }]);
        const threads = lines.filter(({ message }) => startsWith(message, 'worker'));
        expect(messagesOf(threads)).toEqual(['worker info', 'worker error']);
        for (const line of threads) expect(line).toMatchObject({ function_name: 'local-function' });
      }));

    it('keeps the lines of records that run at once apart, under the ids of their spans', async () => {
      const sink = await startSink();
      const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
      await withRuntime({ ...leg, handler: 'index.batch' }, env, async (runtime) => {
        const records = Array.from({ length: 6 }, (_, index) => ({
          messageId: `m-${index}`,
          body: `b-${index}`,
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
          attributes: {},
          messageAttributes: {},
        }));
        const { requestId } = await runtime.invoke({ Records: records });
        const steps = ours(runtime).filter(({ message }) => message === 'step');
        const spans = new Map(sink.spans.map((span) => [span.attributes['messaging.message.id'], span.spanId]));
        expect(steps).toHaveLength(18);
        for (const line of steps) {
          const index = String(line.messageId).slice(2);
          expect(line).toMatchObject({ body: `b-${index}`, span_id: spans.get(`m-${index}`), request_id: requestId });
        }
      });
      await sink.close();
    });
  });
}

async function withRuntime(
  leg: Leg & { readonly handler?: string },
  env: Record<string, string>,
  use: (runtime: LocalRuntime) => Promise<void>,
): Promise<void> {
  const runtime = await startRuntime({
    handler: 'index.handler',
    ...leg,
    taskRoot,
    env: { OTEL_TRACES_EXPORTER: 'none', ...env },
  });
  try {
    expect(runtime.initError).toBeUndefined();
    await use(runtime);
  } finally {
    await runtime.shutdown();
  }
}

/** Every line of the function, each one JSON object that is not JSON in JSON. */
function ours(runtime: LocalRuntime): readonly Line[] {
  return runtime.stdout
    .filter((line) => line.startsWith('{"timestamp"'))
    .map((line) => {
      const parsed = JSON.parse(line) as Line;
      expect(parsed).toMatchObject({ timestamp: expect.stringMatching(/Z$/), level: expect.any(String) });
      expect(String(parsed.message)).not.toMatch(/^\{/);
      return parsed;
    })
    .filter(({ message }) => !startsWith(message, 'tracelet: '));
}

function messagesOf(lines: readonly Line[]): unknown[] {
  return lines.map(({ message }) => message);
}

function startsWith(message: unknown, start: string): boolean {
  return typeof message === 'string' && message.startsWith(start);
}
