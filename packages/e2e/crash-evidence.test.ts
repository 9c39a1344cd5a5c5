import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  events,
  type InvokeResult,
  type LocalRuntime,
  type Sink,
  type SinkSpan,
  startRuntime,
  startSink,
} from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { type Leg, runtimeClients } from './clients.ts';
import { freePort } from './free-port.ts';

const TRACE_ID = '5b8aa5a2d2c872e8321cf37308d69df2';
const SILENTLY = 'The process died silently.';
const PARENT_ID = '051581bf3cb55c13';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-crash-'));

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/dying.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true }));

/** What an invocation that ended in some way has to leave at the backend once the next one is over. */
interface Evidence {
  readonly errorType: string;
  readonly message: string;
}

interface Scene {
  readonly sink: Sink;
  readonly runtime: LocalRuntime;
  invoke(path: string, deadlineMs?: number): Promise<InvokeResult>;
}

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(`an invocation that dies, ${leg.name}`, () => {
    const isOld = leg.client.major === 3;
    it('by process.exit is told by the next process', async () => {
      await play(leg, {}, async (scene) => {
        expect((await scene.invoke('/exit')).status).toBe('crash');
        await expectEvidence(scene, {
          errorType: 'process_exit',
          message: 'The process exited with code 7.',
        });
      });
    });

    it('by an error that nobody catches is told with type and message', async () => {
      await play(leg, {}, async (scene) => {
        expect((await scene.invoke('/throw')).status).toBe(isOld ? 'error' : 'crash');
        await expectEvidence(scene, { errorType: 'TypeError', message: 'no such order' });
      });
    });

    it('by a rejection that nobody handles is told as far as the runtime client lets it', async () => {
      await play(leg, {}, async (scene) => {
        expect((await scene.invoke('/reject')).status).toBe(isOld ? 'error' : 'crash');
        // Client 3 handles the rejection itself, by an exit.
        const evidence = isOld
          ? { errorType: 'process_exit', message: 'The process exited with code 128.' }
          : { errorType: 'TypeError', message: 'no such order' };
        await expectEvidence(scene, evidence);
      });
    });

    it('by a signal is told as a crash', async () => {
      await play(leg, {}, async (scene) => {
        expect((await scene.invoke('/leave')).status).toBe('crash');
        await expectEvidence(scene, { errorType: 'crash', message: SILENTLY });
      });
    });

    it('for lack of memory is told as such when it left a sign on the way', async () => {
      const nodeArgs = [...leg.nodeArgs, '--max-old-space-size=64'];
      await play({ ...leg, nodeArgs }, { memoryMb: 128, timeoutMs: 20_000 }, async (scene) => {
        expect((await scene.invoke('/oom')).status).toBe('crash');
        const [found] = await expectEvidence(scene, { errorType: 'out_of_memory', message: SILENTLY });
        expect(found?.attributes['tracelet.peak_memory_mb']).toBeGreaterThan(100);
      });
    });

    it('in a busy loop is told as a time-out that lasted until the deadline', async () => {
      await play(leg, {}, async (scene) => {
        expect((await scene.invoke('/busy', 1000)).status).toBe('timeout');
        const [found] = await expectEvidence(scene, { errorType: 'timeout', message: SILENTLY });
        expect(found?.durationMs).toBeGreaterThan(900);
        expect(found?.durationMs).toBeLessThan(1100);
      });
    });

    it('with a promise that never settles is closed when the event loop is empty', async () => {
      await play(leg, {}, async (scene) => {
        const result = await scene.invoke('/never');
        expect(result.status).toBe(isOld ? 'success' : 'crash');
        // Client 3 answers null and goes on, so the spans come with the next flush; client 4 exits after this one.
        if (isOld) await scene.invoke('/well');
        const spans = scene.sink.spans.filter(
          ({ traceId, attributes }) => traceId === TRACE_ID && attributes['error.type'],
        );
        expect(spans.map(({ name, attributes }) => [name, attributes['error.type']]).sort()).toEqual([
          ['GET /{end}', 'never_settled'],
          ['never settle', 'never_settled'],
        ]);
        await scene.invoke('/well');
        expect(recovered(scene.sink)).toEqual([]);
      });
    });

    it('between invocations leaves nothing to tell', async () => {
      await play(leg, {}, async (scene) => {
        await scene.invoke('/well');
        await kill(scene.runtime);
        expect((await scene.invoke('/well')).status).toBe('success');
        expect(recovered(scene.sink)).toEqual([]);
        expect(scene.sink.spans.filter(({ kind }) => kind === 'SERVER')).toHaveLength(2);
        expect(scene.runtime.stdout.filter((line) => line.includes('process_died'))).toEqual([]);
      });
    });

    it('between invocations with a backend down says how much it took along', async () => {
      await play(leg, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } }, async (scene) => {
        await scene.invoke('/well');
        await kill(scene.runtime);
        await scene.invoke('/well');
        // The invocation, its step and the init span.
        expect(scene.runtime.stdout.filter((line) => line.includes('process_died'))).toEqual([
          expect.stringContaining('3 spans and log records were lost with the process before this one'),
        ]);
      });
    });

    it('during a flush says how much it took along', async () => {
      await play(leg, {}, async (scene) => {
        scene.sink.behave({ hang: true });
        const ending = scene.invoke('/well');
        await expect.poll(() => scene.sink.requests.length).toBeGreaterThan(0);
        await kill(scene.runtime);
        expect((await ending).status).toBe('crash');
        scene.sink.behave({});
        await scene.invoke('/well');
        expect(scene.runtime.stdout.filter((line) => line.includes('process_died'))).toEqual([
          expect.stringContaining('3 spans and log records were lost'),
        ]);
      });
    });

    it('ended by SIGTERM sends what it still has, and dies of the signal', async () => {
      const port = await freePort();
      await play(
        leg,
        { env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` } },
        async ({ invoke, runtime }) => {
          await invoke('/well');
          const back = await startSink({ port });
          expect(await runtime.shutdown()).toEqual({ exitCode: null, signal: 'SIGTERM' });
          expect(back.spans.map(({ name }) => name).sort()).toEqual(['GET /{end}', 'a step before', 'init']);
          expect(runtime.stdout.filter((line) => line.includes('tracelet: terminated'))).toEqual([]);
          await back.close();
        },
      );
    });

    it('ended by SIGTERM with its backend down says once how much it takes along', async () => {
      await play(leg, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } }, async ({ invoke, runtime }) => {
        await invoke('/well');
        expect(await runtime.shutdown()).toEqual({ exitCode: null, signal: 'SIGTERM' });
        const lines = runtime.stdout.filter((line) => line.includes('tracelet: terminated'));
        expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ produced: 3, delivered: 0, retained: 3 }]);
      });
    });
  });
}

async function play(
  { client, nodeArgs, nodePath }: Pick<Leg, 'client' | 'nodeArgs' | 'nodePath'>,
  options: { memoryMb?: number; timeoutMs?: number; env?: Record<string, string> },
  scene: (scene: Scene) => Promise<void>,
): Promise<void> {
  const sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...options.env };
  const runtime = await startRuntime({
    ...options,
    client,
    nodeArgs,
    nodePath,
    handler: 'index.handler',
    taskRoot,
    env,
  });
  const traceparent = `00-${TRACE_ID}-${PARENT_ID}-01`;
  try {
    await scene({
      sink,
      runtime,
      invoke: (path, deadlineMs) =>
        runtime.invoke(events.apiGatewayHttp({ path, route: '/{end}', traceparent }), { deadlineMs }),
    });
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
}

/** Invokes once more and checks what arrives of the lost invocation: one error span in its caller's trace. */
async function expectEvidence(scene: Scene, evidence: Evidence): Promise<readonly SinkSpan[]> {
  scene.sink.clear();
  expect((await scene.invoke('/well')).status).toBe('success');
  const found = recovered(scene.sink);
  expect(found).toMatchObject([
    {
      traceId: TRACE_ID,
      parentSpanId: PARENT_ID,
      name: 'GET /{end}',
      kind: 'SERVER',
      status: { code: 'ERROR', message: evidence.message },
      attributes: { 'error.type': evidence.errorType, 'http.route': '/{end}', 'faas.coldstart': true },
    },
  ]);
  return found;
}

/** Kills the frozen process and waits until it is gone. */
async function kill(runtime: LocalRuntime): Promise<void> {
  const { pid } = runtime;
  runtime.kill('SIGKILL');
  await expect.poll(() => isAlive(pid)).toBe(false);
  await sleep(50);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function recovered(sink: Sink): readonly SinkSpan[] {
  return sink.spans.filter(({ attributes }) => attributes['tracelet.recovered'] === true);
}
