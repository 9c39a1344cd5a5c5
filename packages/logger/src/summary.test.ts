import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { idlePipeline, type LogRecord, makeSandbox, type Pipeline, shared } from '@tracelet/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lambdaContext, lambdaWith, REQUEST_ID, spanNow } from './logger.fixture.ts';
import { invocationSummary } from './summary.ts';

type Line = Record<string, unknown>;

afterEach(() => {
  shared().pipeline = undefined;
  vi.restoreAllMocks();
});

/** A pipeline of the process that keeps its lines, and a `lambda` with the plugin. */
function rig(parts: Partial<Pipeline> = {}, env: NodeJS.ProcessEnv = {}) {
  const lines: Line[] = [];
  const common = { writeLine: (line: string) => void lines.push(JSON.parse(line)), ...parts };
  shared().pipeline = idlePipeline(common);
  return { lines, lambda: lambdaWith(common).with({ plugins: [invocationSummary(env)] }) };
}

const call = (handler: unknown, event: unknown = {}, context: object = lambdaContext): Promise<unknown> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);

describe('the line about an invocation', () => {
  it('says what it was, how it ended and what it took', async () => {
    const loadedAtMs = Date.now();
    const sandbox = { ...makeSandbox({}), startedAtMs: loadedAtMs - 234.5, loadedAtMs };
    const { lines, lambda } = rig({ sandbox });
    const context = { ...lambdaContext, memoryLimitInMB: '512', tenantId: 'acme' };
    const ids = await call(
      lambda(async () => {
        await sleep(20);
        return spanNow().spanContext();
      }),
      {},
      context,
    );
    const { traceId, spanId } = ids as { traceId: string; spanId: string };
    expect(lines).toEqual([
      {
        timestamp: expect.stringMatching(/^20.*Z$/),
        level: 'INFO',
        message: 'invocation ok',
        type: 'tracelet.invocation',
        trace_id: traceId,
        span_id: spanId,
        trace_flags: '01',
        request_id: REQUEST_ID,
        function_name: 'shop',
        function_version: '7',
        function_memory_mb: 512,
        cold_start: true,
        tenant_id: 'acme',
        outcome: 'ok',
        trigger: 'unknown',
        duration_ms: expect.any(Number),
        init_ms: 234.5,
        cpu_ms: expect.any(Number),
        memory_used_mb: expect.any(Number),
        remaining_ms: expect.any(Number),
      },
    ]);
    const { duration_ms, cpu_ms, memory_used_mb, remaining_ms } = lines[0] as Record<string, number>;
    expect(duration_ms).toBeGreaterThanOrEqual(19);
    expect(duration_ms).toBeLessThan(1000);
    expect(cpu_ms).toBeGreaterThan(0);
    expect(memory_used_mb).toBeGreaterThan(10);
    expect(remaining_ms).toBeGreaterThan(1500);
    expect(remaining_ms).toBeLessThanOrEqual(3000);
  });

  it('says an error, without its message, under the names of the platform where they are on', async () => {
    const { lines, lambda } = rig({}, { AWS_LAMBDA_LOG_FORMAT: 'JSON' });
    const handler = lambda(async () => {
      throw new RangeError('customer 7 is broke');
    });
    await expect(call(handler)).rejects.toThrow();
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        message: 'invocation error',
        outcome: 'error',
        error_type: 'RangeError',
        requestId: REQUEST_ID,
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain('broke');
  });

  it('counts records, and says the flush of the invocation before', async () => {
    const flusher = { flush: () => sleep(15) };
    const { lines, lambda } = rig({ flusher });
    const records = ['a', 'b', 'c'].map((id) => ({ messageId: id, body: id, eventSource: 'aws:sqs' }));
    const handler = lambda.sqs({ failures: 'report' }, async ({ body }) => {
      if (body === 'b') throw new Error('no');
    });
    await call(handler, { Records: records });
    await call(handler, { Records: records.slice(0, 1) });
    expect(lines).toMatchObject([
      { records: 3, records_failed: 1, trigger: 'sqs' },
      { records: 1, records_failed: 0, previous_flush_ms: expect.any(Number) },
    ]);
    expect(lines[0]).not.toHaveProperty('previous_flush_ms');
    expect(lines[1]?.previous_flush_ms).toBeGreaterThanOrEqual(14);
    expect(lines[1]).not.toHaveProperty('init_ms');
  });

  it('comes shortly before the deadline, and again if the invocation ends in time after all', async () => {
    const { lines, lambda } = rig();
    const handler = lambda(async () => {
      await sleep(150);
      return lines.length;
    });
    expect(await call(handler, {}, { ...lambdaContext, getRemainingTimeInMillis: () => 200 })).toBe(1);
    expect(lines.map(({ level, outcome, error_type }) => [level, outcome, error_type])).toEqual([
      ['ERROR', 'timeout', 'timeout'],
      ['INFO', 'ok', undefined],
    ]);
  });

  it('has no time left where the deadline is unknown, and goes to stdout and OTLP', async () => {
    const written: Line[] = [];
    const records: LogRecord[] = [];
    const { lambda } = rig({ writeLine: undefined, emitLog: (record) => records.push(record) });
    const { getRemainingTimeInMillis, ...context } = lambdaContext;
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(JSON.parse(String(text))) > 0);
    const { spanId } = (await call(
      lambda(async () => spanNow().spanContext()),
      {},
      context,
    )) as { spanId: string };
    vi.restoreAllMocks();
    expect(written).toEqual([expect.not.objectContaining({ remaining_ms: expect.anything() })]);
    expect(records).toMatchObject([
      { eventName: 'tracelet.invocation', severityNumber: 9, severityText: 'INFO', body: 'invocation ok', spanId },
    ]);
    expect(records[0]?.attributes).toMatchObject({ outcome: 'ok', request_id: REQUEST_ID });
    expect(records[0]?.attributes).not.toHaveProperty('span_id');
  });
});

describe('the documentation of the line', () => {
  const page = (path: string): string => readFileSync(join(import.meta.dirname, '../../../docs', path), 'utf8');

  it('names each field that the line can have, and the queries use no other', async () => {
    const { lines, lambda } = rig();
    const context = { ...lambdaContext, memoryLimitInMB: '512', tenantId: 'acme' };
    const records = [{ messageId: 'a', body: 'a', eventSource: 'aws:sqs' }];
    const handler = lambda.sqs(async () => {
      throw new Error('no');
    });
    await expect(call(handler, { Records: records }, context)).rejects.toThrow();
    await expect(call(handler, { Records: records }, context)).rejects.toThrow();
    const common = [...page('reference/log-line.md').matchAll(/^\|.*$/gm)].join('\n');
    const own = [...page('reference/log-summary.md').matchAll(/^\|.*$/gm)].join('\n');
    const named = new Set([...(common + own).matchAll(/`([a-zA-Z_]+)`/g)].map(([, name]) => name));
    const fields = new Set(lines.flatMap((line) => Object.keys(line)));
    expect([...fields].filter((name) => !named.has(name))).toEqual([]);
    const queries = [...page('how-to/query-logs-insights.md').matchAll(/```\n(.*?)```/gs)]
      .map(([, query]) => query)
      .join('');
    const used = new Set([...queries.matchAll(/\b[a-z]+_[a-z_]+\b/g)].map(([name]) => name));
    const made = new Set([...queries.matchAll(/ as ([a-z_0-9]+)/g)].map(([, name]) => name));
    const known = new Set([...fields, 'init_ms', 'correlation_id']);
    expect([...used].filter((name) => !made.has(name) && !known.has(name))).toEqual([]);
    expect(used.size).toBeGreaterThan(5);
  });
});
