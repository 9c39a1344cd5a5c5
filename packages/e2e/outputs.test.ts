import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeOtlp,
  type LocalRuntime,
  type RuntimeOptions,
  type Sink,
  startRuntime,
  startSink,
} from '@tracelet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-outputs-'));
const NAMES = ['init', 'local-function', 'work'];

beforeAll(() =>
  bundle({ entry: join(import.meta.dirname, 'fixtures/outputs.ts'), directory: taskRoot, format: 'esm' }),
);
afterAll(() => rmSync(taskRoot, { recursive: true }));

it('reaches the X-Ray daemon, by preset and by environment', async () => {
  for (const choice of [{ FIXTURE_EXPORTER: 'xray' }, { OTEL_TRACES_EXPORTER: 'xray' }]) {
    const daemon = createSocket('udp4').bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    const datagrams: string[] = [];
    daemon.on('message', (message) => datagrams.push(String(message)));
    await play({ ...choice, AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` }, async (_, runtime) => {
      const { payload } = await runtime.invoke({});
      expect(payload).toMatchObject({ target: `udp://127.0.0.1:${daemon.address().port}`, troubles: {} });
    });
    daemon.close();
    const [head, body = ''] = String(datagrams[0]).split('\n');
    expect([datagrams.length, head]).toEqual([1, '{"format":"json","version":1}']);
    const decoded = decodeOtlp('traces', 'protobuf', Buffer.from(body.slice(3), 'base64'));
    expect(decoded.ok && decoded.spans.map(({ name }) => name).sort()).toEqual(NAMES);
  }
});

it('writes one line of OTLP/JSON for a flush, or a tree for people', async () => {
  await play({ FIXTURE_EXPORTER: 'stdout' }, async (_, runtime) => {
    await runtime.invoke({});
    const [line = '', ...more] = runtime.stdout.filter((printed) => printed.includes('resourceSpans'));
    const decoded = decodeOtlp('traces', 'json', Buffer.from(line));
    expect(decoded.ok && decoded.spans.map(({ name }) => name).sort()).toEqual(NAMES);
    expect(more).toEqual([]);
  });
  await play({ FIXTURE_EXPORTER: 'console' }, async (_, runtime) => {
    await runtime.invoke({});
    expect(runtime.stdout.map((line) => line.split(' ').slice(0, 4).join(' '))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^SERVER local-function \d/),
        expect.stringMatching(/^ {2}INTERNAL work/),
      ]),
    );
  });
});

it('signs each request with the role of the function', async () => {
  const role = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
  await play({ FIXTURE_EXPORTER: 'signed', ...role }, async (sink, runtime) => {
    await runtime.invoke({});
    expect(sink.spans.map(({ name }) => name).sort()).toEqual(NAMES);
    expect(sink.requests.at(-1)?.headers).toMatchObject({
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/xray\/aws4_request/,
      ),
      'x-amz-security-token': 'token',
    });
  });
});

it('fetches headers once', async () => {
  await play({ FIXTURE_EXPORTER: 'fetched' }, async (sink, runtime) => {
    for (let i = 0; i < 3; i++) await runtime.invoke({});
    expect(sink.requests.map(({ headers }) => headers['x-key'])).toEqual(Array(3).fill('from a secrets manager'));
  });
});

it('says what it is set to, in a line and as data, and what became of each flush', async () => {
  await play({ TRACELET_VERBOSE: '1' }, async (sink, runtime) => {
    await runtime.invoke({});
    const { payload } = await runtime.invoke({});
    const facts = {
      flush: 'after-response',
      why: 'the extension is registered',
      target: `${sink.url}/v1/traces`,
      sampler: 'parentbased_always_on',
      propagators: ['tracecontext', 'baggage'],
      xray: 'link',
      plugins: expect.arrayContaining(['node-http', 'undici-fetch']),
    };
    const counts = { produced: 3, delivered: 3, retained: 0, dropped: {} };
    expect(payload).toMatchObject({ ...facts, inLambda: true, disabled: false, wrapped: true, counts, troubles: {} });
    const lines = runtime.stdout.filter((line) => line.includes('tracelet: ')).map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { message: 'tracelet: started', ...facts },
      { message: 'tracelet: flushed', ...counts },
      { message: 'tracelet: flushed', produced: 5, delivered: 5 },
    ]);
  });
});

it('says why it flushes before the response', async () => {
  await play({ TRACELET_FLUSH: 'before-response' }, async (_, runtime) => {
    expect((await runtime.invoke({})).payload).toMatchObject({ flush: 'before-response', why: 'TRACELET_FLUSH' });
  });
});

it('tells of the billed time, the memory and the cost of one invocation on the span of the next', async () => {
  const play = { env: { FIXTURE_PLATFORM: '1' }, telemetry: true, memoryMb: 256 };
  await run(play, async (sink, runtime) => {
    const { requestId } = await runtime.invoke({});
    const [first] = sink.spans.filter(({ kind }) => kind === 'SERVER');
    expect(first?.attributes).not.toHaveProperty('tracelet.previous.billed_ms');
    await runtime.invoke({});
    await runtime.invoke({});
    const about = sink.spans.filter(({ attributes }) => attributes['tracelet.previous.invocation_id'] === requestId);
    expect(about).toHaveLength(1);
    expect(about[0]?.attributes).toMatchObject({
      'tracelet.previous.trace_id': first?.traceId,
      'tracelet.previous.span_id': first?.spanId,
      'tracelet.previous.status': 'success',
      'tracelet.previous.billed_ms': expect.any(Number),
      'tracelet.previous.init_ms': expect.any(Number),
      'tracelet.previous.max_memory_mb': expect.any(Number),
      'tracelet.previous.cost_usd': expect.any(Number),
      'tracelet.previous.price_date': '2026-11',
    });
    expect(runtime.stdout.filter((line) => line.includes('platform_telemetry_failed'))).toEqual([]);
  });
});

it('asks for platform telemetry with the id of its extension, and does without where there is none', async () => {
  await play({ FIXTURE_PLATFORM: '1' }, async (sink, runtime) => {
    expect((await runtime.invoke({})).status).toBe('success');
    const calls = runtime.calls.map(({ method, path, status }) => [method, path, status]);
    expect(calls).toContainEqual(['PUT', '/2022-07-01/telemetry', 202]);
    const order = calls.map(([, path]) => path);
    expect(order.indexOf('/2022-07-01/telemetry')).toBeLessThan(order.indexOf('/2020-01-01/extension/event/next'));
    expect(runtime.stdout.filter((line) => line.includes('platform_telemetry_failed'))).toHaveLength(1);
    expect(sink.spans.map(({ name }) => name).sort()).toEqual(NAMES);
  });
});

async function play(
  env: Readonly<Record<string, string>>,
  scene: (sink: Sink, runtime: LocalRuntime) => Promise<void>,
): Promise<void> {
  await run({ env }, scene);
}

async function run(
  { env, ...options }: Pick<RuntimeOptions, 'env' | 'telemetry' | 'memoryMb'>,
  scene: (sink: Sink, runtime: LocalRuntime) => Promise<void>,
): Promise<void> {
  const sink = await startSink();
  const runtime = await startRuntime({
    ...options,
    handler: 'index.handler',
    taskRoot,
    client: { kind: 'loop' },
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...env },
  });
  try {
    await scene(sink, runtime);
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
}
