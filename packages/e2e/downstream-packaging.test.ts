import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SinkSpan, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAwsRecorder } from './aws-recorder.fixture.ts';
import { installs, isInstalled, type Leg, runtimeClients } from './clients.ts';
import { deploy, type Packaging } from './downstream-deploy.fixture.ts';
import { installPublished } from './published.ts';
import { isSignatureValid, type WireRequest } from './sigv4.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracelet-packaging-'));
const published = join(folder, 'published');
const sdk = installs.find(({ name }) => name === 'aws-now');
const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a87bd80c:1';

// What CDK's NodejsFunction makes of a function; with the SDK external, the runtime provides it.
const packagings: readonly Packaging[] = (['cjs', 'esm'] as const).flatMap((format) => [
  { name: `everything bundled, ${format}`, format, external: [] },
  { name: `@aws-sdk/* external, ${format}`, format, external: ['@aws-sdk/*'] },
  { name: `@aws-sdk/* and @smithy/* external, ${format}`, format, external: ['@aws-sdk/*', '@smithy/*'] },
]);

beforeAll(() => installPublished(published), 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined || sdk === undefined || !isInstalled(sdk))(leg.name, () => {
    for (const packaging of packagings) {
      it(`${packaging.name}: operations are traced from inside, and the policy parent is in every header`, async () => {
        const { calls, received, logs } = await play(leg, packaging, 'downstream-inside', 13);
        expect(calls.filter(({ kind }) => kind === 'PRODUCER').map(({ name }) => name)).toEqual([
          'SQS.SendMessage',
          'SNS.Publish',
          'EventBridge.PutEvents',
        ]);
        expect(calls).toHaveLength(11);
        const signed = received.filter(({ headers }) => headers.authorization !== undefined);
        expect(signed.map((request) => isSignatureValid(request, 'example'))).toEqual(Array(9).fill(true));
        const headers = calls.map(
          ({ spanId }) => `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${spanId};Sampled=1;Lineage=a87bd80c:1`,
        );
        for (const request of signed) expect(headers).toContain(request.headers['x-amzn-trace-id']);
        expect(logs.filter((line) => line.includes('"code"'))).toEqual([]);
      });
    }

    it('an SDK that cannot be found is traced from outside, and that is said once', async () => {
      const packaging = { name: 'strict', format: 'cjs', external: [], isStrict: true } as const;
      const { calls, logs } = await play(leg, packaging, 'downstream-inside', 13);
      expect(calls.filter(({ kind }) => kind === 'CLIENT').map(({ name }) => name)).toContain('SQS.SendMessage');
      expect(calls).toHaveLength(11);
      expect(logs.filter((line) => line.includes('"code":"aws_sdk_not_found"'))).toHaveLength(1);
    });

    it('a function without the SDK is none the worse for it, and old names are there when asked for', async () => {
      const { calls, logs } = await play(leg, { name: 'none', format: 'cjs', external: [] }, 'downstream-none', 3);
      expect(calls.map(({ name }) => name)).toEqual(['GET']);
      expect(calls[0]?.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.method': 'GET' });
      expect(logs.filter((line) => line.includes('"code"'))).toEqual([]);
    });
  });
}

interface Played {
  readonly calls: readonly SinkSpan[];
  readonly received: readonly WireRequest[];
  readonly logs: readonly string[];
}

async function play(leg: Leg, packaging: Packaging, fixture: string, spans: number): Promise<Played> {
  const taskRoot = await deploy(fixture, packaging, { sdk: sdk?.directory ?? '', published }, folder);
  const sink = await startSink();
  const peer = await startAwsRecorder();
  const runtime = await startRuntime({
    ...leg,
    handler: 'index.handler',
    taskRoot,
    functionName: 'shop',
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      TRACELET_XRAY: 'parent',
      TRACELET_OLD_NAMES: 'true',
      PEER_URL: peer.url,
      PEER_HTTPS_URL: peer.httpsUrl,
      PEER_HTTP2_URL: peer.http2Url,
      NODE_NO_WARNINGS: '1',
    },
  });
  try {
    const result = await runtime.invoke({}, { traceHeader: TRACE_HEADER });
    expect(result).toMatchObject({ status: 'success', payload: 'done' });
    await sink.waitFor({ spans });
    const calls = sink.spans.filter(({ kind }) => kind === 'CLIENT' || kind === 'PRODUCER');
    return { calls, received: peer.received, logs: result.logs };
  } finally {
    await runtime.shutdown();
    await sink.close();
    await peer.close();
  }
}
