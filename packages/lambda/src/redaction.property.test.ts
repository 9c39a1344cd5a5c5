import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context, propagation, trace } from '@opentelemetry/api';
import { disposePlugins, type Pipeline, shared } from '@tracelet/core';
import { fakeContext, startSink } from '@tracelet/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineLambda, type Lambda, type Preset } from './index.ts';
import { ways } from './plant.fixture.ts';
import { companyRules, type Planted, planted } from './planted-secrets.fixture.ts';
import { invocationSummary } from './summary.ts';

const sink = await startSink();
// Each process of a test listens for its end.
process.setMaxListeners(0);
const lines: string[] = [];
const exported: unknown[] = [];

beforeEach(() => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'shop');
  vi.stubEnv('TRACELET_FLUSH', 'before-response');
  vi.stubEnv('TRACELET_VERBOSE', '1');
  vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', `${sink.url}/v1/logs`);
  vi.stubEnv('OTEL_LOG_LEVEL', 'debug');
  vi.stubEnv('TMPDIR', mkdtempSync(join(tmpdir(), 'tracelet-')));
  const keep = (text: unknown): boolean => lines.push(String(text)) > 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  for (const method of ['log', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(keep as never);
});
afterEach(() => {
  disposePlugins();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const api of [trace, context, propagation]) api.disable();
  Object.assign(shared(), { pipeline: undefined, preset: undefined });
  shared().troubles.clear();
  lines.length = exported.length = 0;
  sink.clear();
});

/** A process inside Lambda, with resource attributes and the evidence of a crash that hold these secrets. */
function start(exporter: Preset['exporter'], secrets: readonly Planted[], redact: Preset['redact']): Lambda {
  const texts = secrets.map(({ text }) => text);
  const attributes = Object.fromEntries(
    secrets.map(({ key, text, core }, index) => [`c${index}.${key}`, key === 'note' ? text : core]),
  );
  const noted = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: texts[0], kind: 1, start: 1.7e12, attributes };
  const sign = { at: 1.7e12, type: 'crash', message: texts.join('\n') };
  writeFileSync(
    join(String(process.env.TMPDIR), 'tracelet-breadcrumb'),
    `0\n${JSON.stringify(sign)}\n${JSON.stringify(noted)}\n`,
  );
  return defineLambda({
    exporter,
    redact,
    resource: { ...attributes, list: texts } as never,
    logs: { destination: 'both' },
    plugins: [
      invocationSummary(),
      {
        name: 'troubled',
        invocation: () => {
          throw new Error(texts.join('\n'));
        },
      },
    ],
  });
}

const exporters: Readonly<Record<string, Preset['exporter']>> = {
  OTLP: { url: sink.url },
  'OTLP as JSON': { url: sink.url, encoding: 'json' },
  stdout: 'stdout',
  'an exporter of the function': {
    export(spans, done) {
      exported.push(...spans);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  },
};

/** All that came out, wherever. */
async function out(): Promise<string> {
  const { describe, flusher } = shared().pipeline as Pipeline;
  await flusher.flush(Infinity);
  expect(describe?.()).toMatchObject({ counts: { retained: 0, dropped: {} } });
  const seen = new WeakSet();
  const plain = (_key: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'object' && value !== null && seen.has(value)) return undefined;
    if (typeof value === 'object' && value !== null) seen.add(value);
    return value;
  };
  const resources = exported.map((span) => (span as { resource: { attributes: unknown } }).resource.attributes);
  return [...lines, ...[sink.spans, sink.logs, exported, resources].map((part) => JSON.stringify(part, plain))].join(
    '\n',
  );
}

it.each(Object.entries(exporters))(
  'with %s none of 1,000 planted secrets gets out, whatever way it takes',
  async (name, exporter) => {
    const batches = fc.sample(fc.array(planted, { minLength: 50, maxLength: 50 }), 21);
    const lambda = start(exporter, batches[0] ?? [], companyRules);
    for (const [index, secrets] of batches.entries()) {
      for (const [number, way] of Object.values(ways).entries()) {
        if ((number + index) % (name === 'OTLP' ? 2 : 8) === 0) await way(lambda, secrets);
      }
    }
    const told = await out();
    expect(told.split('[REDACTED]').length).toBeGreaterThan(5000);
    expect([sink.logs.length > 500, sink.spans.length + exported.length + lines.length > 1000]).toEqual([true, true]);
    const leaks = batches.flat().filter(({ core }) => told.includes(core));
    expect(
      leaks.map(({ core, text }) => [text, told.slice(told.indexOf(core) - 150, told.indexOf(core) + 60)]),
    ).toEqual([]);
  },
  60_000,
);

const known: readonly Planted[] = [
  { core: 'Zq1secret', text: 'password=Zq1secret', key: 'password', value: 'Zq1secret' },
  { core: 'Zq2secret', text: 'Bearer Zq2secret', key: 'note', value: 'Bearer Zq2secret' },
];

/** Takes the redaction away from everything that uses it. */
function redactNothing(lambda: Lambda): () => Promise<unknown> {
  const handler = lambda(async () => {});
  const same = (value: unknown): unknown => value;
  const second = (_key: string, value: unknown): unknown => value;
  const nothing = { text: same, members: same, judge: second, say: second, isSecret: () => false };
  Object.assign(shared().pipeline?.redact as object, nothing);
  return () => handler({}, fakeContext());
}

it.each(Object.entries(ways))('%s would let secrets out if nothing redacted', async (_way, plant) => {
  const lambda = start(exporters.OTLP, [], undefined);
  await redactNothing(lambda)();
  await plant(lambda, known);
  const told = await out();
  expect(known.filter(({ core }) => told.includes(core))).toEqual(known);
});

it.each(known)('resource, evidence and our own lines would let $text out if nothing redacted', async (secret) => {
  await redactNothing(start(exporters.OTLP, [secret], undefined))();
  const told = await out();
  const span = sink.spans.find(({ attributes }) => attributes['tracelet.recovered']);
  const places = [span?.resource, span?.attributes, span?.status.message, lines];
  expect(places.map((place) => JSON.stringify(place)?.includes(secret.core))).toEqual([true, true, true, true]);
  expect(told).toContain(secret.core);
});
