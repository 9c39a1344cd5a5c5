import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalRuntime, type SinkBehaviour, spanTree, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { freePort } from './free-port.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-bad-input-'));

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/echo.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true }));

/** What the flush may take, and what starting, posting and a busy machine may add. */
const FLUSH_TIMEOUT_MS = 300;
const SLACK_MS = 400;

describe('an endpoint in trouble', () => {
  const troubles: readonly { readonly name: string; readonly behaviour: SinkBehaviour; readonly code: string }[] = [
    { name: 'hangs', behaviour: { hang: true }, code: 'export_retained:timeout' },
    { name: 'answers 500', behaviour: { status: 500 }, code: 'export_dropped:http_500' },
    { name: 'answers 503', behaviour: { status: 503 }, code: 'export_retained:http_503' },
    { name: 'resets the connection', behaviour: { reset: true }, code: 'export_retained:reset' },
  ];
  for (const { behaviour, code, name } of troubles) {
    it(`that ${name} changes no result, is said once, and costs no more than the flush may take`, async () => {
      const sink = await startSink();
      sink.behave(behaviour);
      const runtime = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
      try {
        await expectEchoes(runtime, 3);
        expect(complaints(runtime).map((line) => line.code)).toEqual([code]);
      } finally {
        await runtime.shutdown();
        await sink.close();
      }
    });
  }

  it('that refuses is named with the variable to set, and gets everything once it is back', async () => {
    const port = await freePort();
    const runtime = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    try {
      await expectEchoes(runtime, 2);
      const [complaint, ...more] = complaints(runtime);
      expect(complaint).toMatchObject({ level: 'WARN', code: 'export_retained:refused' });
      expect(complaint?.remedy).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
      expect(more).toEqual([]);
      const sink = await startSink({ port });
      await runtime.invoke('back');
      expect(sink.spans.map(({ name }) => name).sort()).toEqual(['init', ...Array(3).fill('local-function')].sort());
      await sink.close();
    } finally {
      await runtime.shutdown();
    }
  });
});

describe('an environment with malformed values', () => {
  it('is survived with the defaults, each value said once', async () => {
    const sink = await startSink();
    const runtime = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'carrier-pigeon',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_PROPAGATORS: 'smoke',
      TRACELET_BATCH_FAILURES: 'ignore',
      TRACELET_FLUSH_TIMEOUT: 'soon',
    });
    try {
      await expectEchoes(runtime, 2);
      expect(complaints(runtime).map((line) => line.code)).toEqual([
        'bad_environment:TRACELET_BATCH_FAILURES',
        'bad_environment:OTEL_PROPAGATORS',
        'bad_environment:OTEL_TRACES_SAMPLER',
        'bad_environment:OTEL_EXPORTER_OTLP_PROTOCOL',
        'bad_environment:TRACELET_FLUSH_TIMEOUT',
      ]);
      expect(sink.requests.every(({ contentType }) => contentType === 'application/x-protobuf')).toBe(true);
    } finally {
      await runtime.shutdown();
      await sink.close();
    }
  });

  it('with an endpoint that is no address says so and uses the default', async () => {
    const runtime = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' });
    try {
      await expectEchoes(runtime, 1);
      expect(complaints(runtime)[0]).toMatchObject({ code: 'bad_environment:OTEL_EXPORTER_OTLP_ENDPOINT' });
    } finally {
      await runtime.shutdown();
    }
  });
});

describe('events of no known shape', () => {
  it('reach the handler as they are, each in a span of its own', async () => {
    const sink = await startSink();
    const runtime = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    try {
      for (const event of [null, 'text', 7, true, [], [{ Records: null }], { Records: 'none' }, { headers: 7 }]) {
        sink.clear();
        expect((await runtime.invoke(event)).payload).toEqual({ echo: event });
        expect(String(spanTree(sink.spans, { attributes: ['faas.trigger'] })).split('\n')[0]).toBe(
          'SERVER local-function  links=1 faas.trigger=other',
        );
      }
      expect(complaints(runtime)).toEqual([]);
    } finally {
      await runtime.shutdown();
      await sink.close();
    }
  });
});

describe('the kill switch', () => {
  it('leaves the handler bare, and the log line', async () => {
    const sink = await startSink();
    const runtime = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_SDK_DISABLED: 'true' });
    try {
      const { logs, payload } = await runtime.invoke({ a: 1 });
      expect(payload).toEqual({ echo: { a: 1 } });
      expect(logs.map((line) => JSON.parse(line))).toMatchObject([{ message: 'received', event: { a: 1 } }]);
      expect(sink.requests).toEqual([]);
    } finally {
      await runtime.shutdown();
      await sink.close();
    }
  });
});

function start(env: Readonly<Record<string, string>>): Promise<LocalRuntime> {
  return startRuntime({
    handler: 'index.handler',
    taskRoot,
    client: { kind: 'loop' },
    env: { TRACELET_FLUSH_TIMEOUT: String(FLUSH_TIMEOUT_MS), ...env },
  });
}

async function expectEchoes(runtime: LocalRuntime, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const { latencyMs, ...result } = await runtime.invoke({ i });
    expect(result).toMatchObject({ status: 'success', payload: { echo: { i } } });
    expect(latencyMs).toBeLessThan(FLUSH_TIMEOUT_MS + SLACK_MS);
  }
}

interface Complaint {
  readonly level: string;
  readonly code: string;
  readonly remedy: string;
}

function complaints({ stdout }: LocalRuntime): readonly Complaint[] {
  return stdout.filter((line) => line.includes('"message":"tracelet: ')).map((line) => JSON.parse(line) as Complaint);
}
