import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalRuntime } from '@tracelet/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { type Leg, runtimeClients } from './clients.ts';
import { callNames, makeBundles, onScene } from './lifecycle.fixture.ts';

const bundles = makeBundles();
afterAll(() => bundles.dispose());

const CONCURRENCY = 64;
const INVOCATIONS = 256;

for (const leg of managedLegs()) {
  describe.skipIf(leg.missing !== undefined)(`Managed Instances, ${leg.name}`, () => {
    const options = async (preload: boolean) => ({
      ...leg,
      nodeArgs: preload ? ['--import', join(await bundles.of('managed-preload'), 'index.js')] : [],
      handler: 'index.handler',
      taskRoot: await bundles.of('managed'),
      maxConcurrency: CONCURRENCY,
      env: { OTEL_LOGS_EXPORTER: 'otlp' },
    });

    it('keeps 64 invocations at once apart, and sends everything within a second or so', async () => {
      await onScene(await options(false), async ({ runtime, sink }) => {
        const results = await invokeAll(runtime);
        expect(results).toEqual(Array.from({ length: INVOCATIONS }, (_, n) => n));
        expect(callNames(runtime)).not.toContain('register');
        await sink.waitFor(({ logs, spans }) => {
          const halves = spans.filter(({ name }) => name.endsWith('half'));
          return halves.length === 2 * INVOCATIONS && logs.length === INVOCATIONS;
        });
        const servers = sink.spans.filter(({ kind }) => kind === 'SERVER');
        expect(servers).toHaveLength(INVOCATIONS);
        expect(new Set(servers.map(({ attributes }) => attributes.thread)).size).toBe(2);
        for (const { attributes, spanId, traceId } of servers) {
          const children = sink.spans.filter(({ parentSpanId }) => parentSpanId === spanId);
          const told = children.map(({ attributes: { n }, name, traceId }) => [name, n, traceId]);
          expect(told.sort()).toEqual([
            ['first half', attributes.n, traceId],
            ['second half', attributes.n, traceId],
          ]);
          const lines = sink.logs.filter((log) => log.traceId === traceId);
          expect(lines.map((log) => [log.body, log.spanId])).toEqual([[`half ${attributes.n}`, spanId]]);
        }
        // Far fewer requests than invocations: they share them.
        expect(sink.requests.length).toBeLessThan(INVOCATIONS / 4);
      });
    });

    it('sends what is left when the main thread passes SIGTERM on', async () => {
      await onScene(await options(true), async ({ runtime, sink }) => {
        expect(callNames(runtime)).toContain('register');
        await sleep(1200);
        await invokeAll(runtime);
        await runtime.shutdown();
        expect(sink.spans.filter(({ kind }) => kind === 'SERVER')).toHaveLength(INVOCATIONS);
        expect(sink.logs).toHaveLength(INVOCATIONS);
      });
    });
  });
}

/** Up to 64 at once; some take longer, so that they end in another order than they began. */
async function invokeAll(runtime: LocalRuntime): Promise<unknown[]> {
  const results: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < INVOCATIONS) {
      const n = next;
      next += 1;
      results[n] = (await runtime.invoke({ n, ms: 10 + ((n * 37) % 50) }, { deadlineMs: 20_000 })).payload;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return results;
}

/** Client 4 alone runs worker threads; on Node 22 it is used for nothing else. */
function managedLegs(): readonly Leg[] {
  const legs = runtimeClients().filter(({ client }) => client.major === 4);
  const node22 = runtimeClients().find(({ client, missing }) => client.major === 3 && missing === undefined);
  const [first] = legs;
  return first && node22 ? [...legs, { ...first, name: 'client 4.0.2 on Node 22', nodePath: node22.nodePath }] : legs;
}
