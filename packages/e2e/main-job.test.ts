import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spanTree, startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Format } from '../../scripts/bundle.ts';
import { startPrices } from '../../scripts/demo/prices.ts';
import { type Scenario, scenarios } from '../../scripts/demo/scenarios.ts';
import { type Leg, runtimeClients } from './clients.ts';
import { callNames } from './lifecycle.fixture.ts';
import { installPublished, placeUnbundled } from './published.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracelet-e2e-'));
const published = join(folder, 'published');
const ways = ['esbuild CJS', 'esbuild ESM', 'unbundled CJS', 'unbundled ESM'] as const;

beforeAll(() => installPublished(published), 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(leg.name, () => {
    for (const way of ways) {
      for (const scenario of scenarios) {
        it(`${scenario.name}, ${way}: every span arrives, cold and warm`, () => play(leg, way, scenario));
      }
    }
  });
}

async function play(leg: Leg, way: (typeof ways)[number], scenario: Scenario): Promise<void> {
  const taskRoot = await deploy(scenario, way);
  const sink = await startSink();
  const prices = await startPrices();
  const runtime = await startRuntime({
    ...leg,
    handler: 'index.handler',
    taskRoot,
    functionName: scenario.name,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, PRICES_URL: prices.url },
  });
  try {
    for (const start of ['cold', 'warm'] as const) {
      sink.clear();
      const result = await runtime.invoke(scenario.event);
      expect(result).toMatchObject({ status: 'success', cold: start === 'cold' });
      await expect(`${String(spanTree(sink.spans))}\n`).toMatchFileSnapshot(`snapshots/${scenario.name}.${start}.txt`);
      const traceIds = result.logs.flatMap((line) => /"trace_id":"([0-9a-f]{32})"/.exec(line)?.[1] ?? []);
      expect(traceIds).toHaveLength(scenario.logs);
      expect(new Set(traceIds)).toEqual(new Set(sink.spans.map(({ traceId }) => traceId)));
    }
    // Registered while the module loads, and asked on only after each response: flushed in between, with no setting.
    const own = callNames(runtime).filter((name) => name !== 'next');
    expect(own).toEqual(['register', 'event/next', 'response', 'event/next', 'response', 'event/next']);
  } finally {
    await runtime.shutdown();
    await sink.close();
    prices.close();
  }
}

/** One folder for each function and way of packaging, shared by all runtime clients. */
async function deploy(scenario: Scenario, way: (typeof ways)[number]): Promise<string> {
  const directory = mkdtempSync(join(folder, `${scenario.name}-`));
  const format: Format = way.endsWith('CJS') ? 'cjs' : 'esm';
  if (way.startsWith('esbuild')) {
    await bundle({ entry: scenario.entry, directory, format });
    return directory;
  }
  mkdirSync(directory, { recursive: true });
  symlinkSync(join(published, 'node_modules'), join(directory, 'node_modules'));
  await placeUnbundled(scenario.entry, directory, format);
  return directory;
}
