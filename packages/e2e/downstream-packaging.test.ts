import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installs, isInstalled, type Leg, runtimeClients } from './clients.ts';
import { deploy, type Packaging } from './downstream-deploy.fixture.ts';
import { type Played, play } from './downstream-play.fixture.ts';
import { installPublished } from './published.ts';
import { isSignatureValid } from './sigv4.fixture.ts';

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
        const { calls, received, logs } = await playPacked(leg, packaging, 'downstream-inside', 13);
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
      const { calls, logs } = await playPacked(leg, packaging, 'downstream-inside', 13);
      expect(calls.filter(({ kind }) => kind === 'CLIENT').map(({ name }) => name)).toContain('SQS.SendMessage');
      expect(calls).toHaveLength(11);
      expect(logs.filter((line) => line.includes('"code":"aws_sdk_not_found"'))).toHaveLength(1);
    });

    it('a function without the SDK is none the worse for it, and old names are there when asked for', async () => {
      const { calls, logs } = await playPacked(
        leg,
        { name: 'none', format: 'cjs', external: [] },
        'downstream-none',
        3,
      );
      expect(calls.map(({ name }) => name)).toEqual(['GET']);
      expect(calls[0]?.attributes).toMatchObject({ 'http.request.method': 'GET', 'http.method': 'GET' });
      expect(logs.filter((line) => line.includes('"code"'))).toEqual([]);
    });
  });
}

async function playPacked(leg: Leg, packaging: Packaging, fixture: string, spans: number): Promise<Played> {
  const taskRoot = await deploy(fixture, packaging, { sdk: sdk?.directory ?? '', published }, folder);
  const env = { TRACELET_XRAY: 'parent', TRACELET_OLD_NAMES: 'true' };
  return play(leg, { taskRoot, traceHeader: TRACE_HEADER, spans, env });
}
