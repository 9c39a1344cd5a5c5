import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  events,
  type LocalRuntime,
  type Sink,
  type SinkSpan,
  spanTree,
  startRuntime,
  startSink,
} from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type Leg, runtimeClients } from './clients.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-timeout-'));
const traceparent = '00-5b8aa5a2d2c872e8321cf37308d69df2-051581bf3cb55c13-01';

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/dying.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true }));

/** The default of 50 ms is enough on a machine that does nothing else. */
const ROOMY = { TRACELET_DEADLINE_MARGIN: '200' };

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(`the deadline watchdog, ${leg.name}`, () => {
    it('sends ended spans and snapshots of open ones before a time-out, and names what was pending', async () => {
      await play(leg, ROOMY, async (sink, runtime) => {
        expect((await invoke(runtime, '/hang')).status).toBe('timeout');
        const over = '"This did not end in time."';
        expect(`\n${String(spanTree(sink.spans, { attributes: ['tracelet.unfinished', 'tracelet.pending'] }))}`).toBe(`
SERVER GET /{end}  (remote parent) [error timeout] ${over} links=1 tracelet.unfinished=true tracelet.pending=["wait for a lock"]
  INTERNAL a step before
  INTERNAL wait for a lock  [error timeout] ${over} tracelet.unfinished=true
INTERNAL init  (remote parent)`);
        sink.clear();
        await invoke(runtime, '/well');
        // The backend has it all: nothing is told a second time.
        expect(sink.spans.filter(({ attributes }) => attributes['tracelet.recovered'])).toEqual([]);
      });
    });

    it('leaves it to the next process when the backend did not answer in time', async () => {
      const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: '' };
      await play(leg, env, async (_, runtime) => {
        expect((await invoke(runtime, '/hang')).status).toBe('timeout');
        await invoke(runtime, '/well');
        // The step before, the snapshots and the init span; the breadcrumb knew of the invocation besides.
        expect(runtime.stdout.filter((line) => line.includes('lost with the process before'))).toEqual([
          expect.stringMatching(/\D4 spans and log records/),
        ]);
      });
    });

    it('does not report a function that ends in time after all', async () => {
      await play(leg, { TRACELET_DEADLINE_MARGIN: '700' }, async (sink, runtime) => {
        const result = await invoke(runtime, '/late', 1500);
        expect(result).toMatchObject({ status: 'success', payload: 'late' });
        await invoke(runtime, '/well');
        const [snapshot, real] = sink.spans.filter((span) => span.attributes['url.path'] === '/late');
        expect(snapshot).toMatchObject({ attributes: { 'tracelet.unfinished': true, 'error.type': 'timeout' } });
        expect(real).toMatchObject({
          spanId: snapshot?.spanId,
          status: { code: 'UNSET' },
          attributes: { 'tracelet.near_deadline': true },
        });
        expect(real?.attributes).not.toHaveProperty('tracelet.unfinished');
        expect(real?.attributes).not.toHaveProperty('error.type');
        const ofRecovery = (span: SinkSpan): unknown => span.attributes['tracelet.recovered'];
        expect(sink.spans.filter(ofRecovery)).toEqual([]);
      });
    });

    it('can be switched off', async () => {
      await play(leg, { TRACELET_DEADLINE_MARGIN: '0' }, async (sink, runtime) => {
        expect((await invoke(runtime, '/hang')).status).toBe('timeout');
        await invoke(runtime, '/well');
        expect(sink.spans.filter(({ status }) => status.code === 'ERROR')).toEqual([]);
      });
    });
  });
}

async function play(
  { client, nodeArgs, nodePath }: Leg,
  more: Readonly<Record<string, string>>,
  scene: (sink: Sink, runtime: LocalRuntime) => Promise<void>,
): Promise<void> {
  const sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...more };
  const runtime = await startRuntime({ client, nodeArgs, nodePath, handler: 'index.handler', taskRoot, env });
  try {
    await scene(sink, runtime);
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
}

function invoke(runtime: LocalRuntime, path: string, deadlineMs = 1000): ReturnType<LocalRuntime['invoke']> {
  return runtime.invoke(events.apiGatewayHttp({ path, route: '/{end}', traceparent }), { deadlineMs });
}
