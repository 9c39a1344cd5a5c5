import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sink, spanTree, startRuntime, startSink } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';

const sibling = `
SERVER local-function  links=1 faas.coldstart=true
  INTERNAL work
INTERNAL init`;

// A provider of somebody else's cannot be told the trace of a root span.
const linked = `
INTERNAL init  links=1

SERVER local-function  links=1 faas.coldstart=true
  INTERNAL work`;

const rows = [
  { fixture: 'provider-base-212', what: 'a provider of sdk-trace-base 2.12 with the exporter 0.223', tree: linked },
  { fixture: 'provider-31', what: 'a provider of sdk-trace 3.1 with the exporter 0.301', tree: linked },
  { fixture: 'exporter-0223', what: 'the built-in provider with the exporter 0.223', tree: sibling },
  { fixture: 'exporter-0301', what: 'the built-in provider with the exporter 0.301', tree: sibling },
  { fixture: 'registered-provider', what: 'a provider that was registered before', tree: linked },
];

for (const { fixture, tree, what } of rows) {
  it(`sends each span once through ${what}`, async () => {
    await play(fixture, (sink) => {
      expect(`\n${String(spanTree(sink.spans))}`).toBe(tree);
      const agents = sink.requests.map(({ headers }) => String(headers['user-agent']).split('/')[0]);
      expect(new Set(agents)).toEqual(new Set(['OTel-OTLP-Exporter-JavaScript']));
    });
  });
}

it('records the spans of a library that uses the OpenTelemetry API alone', async () => {
  await play('api-only-library', (sink) => {
    expect(`\n${String(spanTree(sink.spans, { attributes: ['image.name'] }))}`).toBe(`
SERVER local-function  links=1
  INTERNAL resize  image.name=cat.png
INTERNAL init`);
    expect(sink.spans.find(({ name }) => name === 'resize')?.scope).toMatchObject({
      name: 'image-library',
      version: '2.0.0',
    });
  });
});

async function play(fixture: string, check: (sink: Sink) => void): Promise<void> {
  const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-foreign-'));
  const sink = await startSink();
  await bundle({ entry: join(import.meta.dirname, 'fixtures', `${fixture}.ts`), directory: taskRoot, format: 'cjs' });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  const runtime = await startRuntime({ handler: 'index.handler', taskRoot, client: { kind: 'loop' }, env });
  try {
    expect((await runtime.invoke({})).payload).toBe('done');
    check(sink);
  } finally {
    await runtime.shutdown();
    await sink.close();
    rmSync(taskRoot, { recursive: true });
  }
}
