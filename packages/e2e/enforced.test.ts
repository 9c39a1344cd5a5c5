import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { events, type LocalRuntime, type Sink, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-enforced-'));
let company: Sink;
let other: Sink;

beforeAll(() =>
  bundle({ entry: join(import.meta.dirname, 'fixtures/enforced.ts'), directory: taskRoot, format: 'esm' }),
);
afterAll(() => rmSync(taskRoot, { recursive: true }));
beforeEach(async () => {
  company = await startSink();
  other = await startSink();
});
afterEach(async () => {
  await company.close();
  await other.close();
});

/** Every variable that could say otherwise. */
const undoing = (url: string): Readonly<Record<string, string>> => ({
  OTEL_SERVICE_NAME: 'env',
  OTEL_RESOURCE_ATTRIBUTES: 'acme.owner=env,deployment.environment.name=env,service.name=env,acme.cost=env',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces`,
  OTEL_EXPORTER_OTLP_HEADERS: 'x-acme=env',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-acme=env',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
  OTEL_TRACES_SAMPLER: 'always_off',
  OTEL_TRACES_SAMPLER_ARG: '0',
  OTEL_PROPAGATORS: 'tracecontext,xray',
  TRACELET_BATCH_FAILURES: 'report',
  TRACELET_XRAY: 'parent',
});
const XRAY_TRACE = '5759e988bd862e3fe1be46a994272793';
const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const order = (body: string): object => events.sqs([{ body }]);

describe('what a preset enforces', () => {
  it('is undone neither by the environment, nor by its own defaults, nor by the code of a function', async () => {
    await play(undoing(other.url), async (runtime) => {
      const failed = await runtime.invoke(order('bad@example.com'), { traceHeader: xray });
      // Batch: thrown, not reported.
      expect(failed).toMatchObject({ status: 'error', payload: { errorType: 'BatchError' } });
      expect(await runtime.invoke(order('good@example.com'))).toMatchObject({ status: 'success', payload: null });
      await company.waitFor((sink) => sink.spans.filter(({ kind }) => kind === 'SERVER').length === 2);

      // Exporter: this endpoint, in this encoding, with these headers, and no other.
      expect(other.requests).toEqual([]);
      expect(company.requests.length).toBeGreaterThan(0);
      for (const { contentType, headers } of company.requests) {
        expect([contentType, headers['x-acme']]).toEqual(['application/json', 'key']);
      }
      expect(runtime.stdout.filter((line) => line.includes('resourceSpans'))).toEqual([]);

      const servers = company.spans.filter(({ kind }) => kind === 'SERVER');
      for (const { attributes, links, resource, traceId } of servers) {
        // Attributes, and what every function has to give.
        expect(attributes).toMatchObject({ 'acme.company': 'acme', 'acme.team': 'shop', 'acme.tier': 'gold' });
        // X-Ray: ignored.
        expect([traceId === XRAY_TRACE, links]).toEqual([false, []]);
        // Resource; what is not enforced is the environment's.
        expect(resource).toMatchObject({
          'acme.owner': 'platform',
          'acme.cost': 'env',
          'service.name': 'acme-shop',
          'deployment.environment.name': 'prod',
          'cloud.account.id': expect.stringMatching(/^\d{12}$/),
        });
      }
      // Sampling and redaction: of each invocation everything, but the secret.
      expect(company.spans.filter(({ kind }) => kind === 'CONSUMER')).toHaveLength(4);
      expect(JSON.stringify(company.spans.map(({ attributes }) => attributes))).not.toContain('@example.com');
      const received = runtime.stdout.filter((line) => line.includes('"received"'));
      expect(received.map((line) => (JSON.parse(line) as { email: string }).email)).toEqual([
        '[REDACTED]',
        '[REDACTED]',
      ]);
    });
  });

  it('is asked for in one line where a function lacks what it has to give, and the function runs', async () => {
    await play(
      { FIXTURE_NOBODYS: '1' },
      async (runtime) => {
        expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'done' });
        const said = runtime.stdout
          .filter((line) => line.includes('bad_setting'))
          .map((line) => JSON.parse(line) as object);
        expect(said).toMatchObject([{ level: 'ERROR', code: 'bad_setting:attributes.acme.team' }]);
      },
      'nobodys',
    );
  });

  it('is switched off by OTEL_SDK_DISABLED alone: the work of a batch goes on, nothing is sent', async () => {
    await play({ ...undoing(other.url), OTEL_SDK_DISABLED: 'true' }, async (runtime) => {
      expect(await runtime.invoke(order('bad@example.com'))).toMatchObject({ status: 'error' });
      expect([company.requests, other.requests]).toEqual([[], []]);
    });
  });
});

async function play(
  env: Readonly<Record<string, string>>,
  scene: (runtime: LocalRuntime) => Promise<void>,
  name = 'handler',
): Promise<void> {
  const runtime = await startRuntime({
    handler: `index.${name}`,
    taskRoot,
    client: { kind: 'loop' },
    env: { ...env, FIXTURE_COLLECTOR: company.url, ACME_STAGE: 'prod' },
  });
  try {
    await scene(runtime);
  } finally {
    await runtime.shutdown();
  }
}
