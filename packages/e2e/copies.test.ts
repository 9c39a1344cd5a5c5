import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spanTree, startRuntime, startSink } from '@tracelet/testing';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPublished } from './published.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracelet-copies-'));

/** Four copies of tracelet in one process: ES module and CommonJS, each from its package and inside a bundle. */
const handlerSource = `
import { createRequire } from 'node:module';
import * as esm from '@tracelet/lambda';
import * as bundledEsm from './copy.mjs';
const require = createRequire(import.meta.url);
const cjs = require('@tracelet/lambda');
const bundledCjs = require('./copy.cjs');

const innermost = async () => {
  for (const { log } of [esm, cjs, bundledEsm, bundledCjs]) log.info('in the innermost span');
  return 'done';
};
const work = () => esm.span('esm', () => cjs.span('cjs', () =>
  bundledEsm.span('bundled esm', () => bundledCjs.span('bundled cjs', innermost))));

export const handler = esm.lambda(cjs.lambda(bundledEsm.lambda(bundledCjs.lambda(async () => work()))));
`;

beforeAll(async () => {
  await installPublished(folder);
  writeFileSync(join(folder, 'index.mjs'), handlerSource);
  const stdin = { contents: "export { lambda, log, span } from '@tracelet/lambda';", resolveDir: folder };
  const common = { stdin, bundle: true, platform: 'node', logLevel: 'warning' } as const;
  await build({ ...common, format: 'esm', outfile: join(folder, 'copy.mjs') });
  await build({ ...common, format: 'cjs', outfile: join(folder, 'copy.cjs') });
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has one registration, one provider and one span tree, however many copies are loaded', async () => {
  const sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, TRACELET_VERBOSE: 'true' };
  const runtime = await startRuntime({ handler: 'index.handler', taskRoot: folder, client: { kind: 'loop' }, env });
  try {
    const { logs, payload } = await runtime.invoke({});
    expect(payload).toBe('done');
    expect(`\n${String(spanTree(sink.spans))}`).toBe(`
SERVER local-function  links=1 faas.coldstart=true
  INTERNAL esm
    INTERNAL cjs
      INTERNAL bundled esm
        INTERNAL bundled cjs
INTERNAL init`);
    expect(sink.requests).toHaveLength(1);
    expect(runtime.stdout.filter((line) => line.includes('tracelet: started'))).toHaveLength(1);
    const innermost = sink.spans.find(({ name }) => name === 'bundled cjs');
    const lines = logs.filter((line) => line.includes('in the innermost span')).map((line) => JSON.parse(line));
    expect(lines.map(({ span_id, trace_id }) => [trace_id, span_id])).toEqual(
      Array(4).fill([innermost?.traceId, innermost?.spanId]),
    );
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
});
