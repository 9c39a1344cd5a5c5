import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spanTree, startRuntime, startSink } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import event from './event.json' with { type: 'json' };

it('sends the trace through a provider of sdk-trace-base', async () => {
  const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-example-'));
  const sink = await startSink();
  await bundle({ entry: join(import.meta.dirname, 'handler.ts'), directory: taskRoot, format: 'cjs' });
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
  const runtime = await startRuntime({ handler: 'index.handler', taskRoot, client: { kind: 'loop' }, env });
  try {
    const { payload } = await runtime.invoke(event);
    expect(payload).toBe('hello Ada');
    expect(String(spanTree(sink.spans))).toMatchInlineSnapshot(`
      "INTERNAL init  links=1

      SERVER local-function  links=1 faas.coldstart=true
        INTERNAL greet"
    `);
    expect(sink.requests.map(({ contentType }) => contentType)).toEqual(['application/json']);
  } finally {
    await runtime.shutdown();
    await sink.close();
    rmSync(taskRoot, { recursive: true });
  }
});
