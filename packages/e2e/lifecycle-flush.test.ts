import { afterAll, describe, expect, it } from 'vitest';
import { runtimeClients } from './clients.ts';
import { callNames, makeBundles, onScene } from './lifecycle.fixture.ts';

const bundles = makeBundles();
afterAll(() => bundles.dispose());

/** A flush that comes after the response holds this; one before it would show in the latency. */
const BACKEND_MS = 150;

for (const leg of runtimeClients()) {
  // A machine that is busy with something else breaks a bound of milliseconds now and then.
  describe.skipIf(leg.missing !== undefined)(leg.name, { retry: 2 }, () => {
    const play = async (handler: string, scene: Parameters<typeof onScene>[1], more = {}): Promise<void> => {
      const taskRoot = await bundles.of('lifecycle');
      await onScene({ ...leg, handler: `index.${handler}`, taskRoot, ...more }, scene);
    };

    it('posts the response, then sends, then asks for the next event', () =>
      play('handler', async ({ runtime, sink }) => {
        sink.behave({ delayMs: BACKEND_MS });
        for (const spans of [3, 5, 7]) {
          const result = await runtime.invoke({});
          expect(result).toMatchObject({ status: 'success', payload: 'done' });
          expect(result.latencyMs).toBeLessThan(BACKEND_MS);
          expect(result.busyMs).toBeGreaterThanOrEqual(BACKEND_MS - 1);
          expect(sink.spans).toHaveLength(spans);
        }
        const own = callNames(runtime).filter((name) => name !== 'next');
        expect(own).toEqual(['register', 'event/next', ...Array(3).fill(['response', 'event/next']).flat()]);
      }));

    it('passes on an error first, too', () =>
      play('handler', async ({ runtime, sink }) => {
        sink.behave({ delayMs: BACKEND_MS });
        const result = await runtime.invoke({ throws: 'oops' });
        expect(result).toMatchObject({ status: 'error', error: { errorType: 'Error', errorMessage: 'oops' } });
        expect(result.latencyMs).toBeLessThan(BACKEND_MS);
        expect(sink.spans.map(({ name }) => name).sort()).toEqual(['init', 'local-function', 'work']);
      }));

    it('ends in time when the backend takes longer than is left, twice', () =>
      play(
        'handler',
        async ({ runtime, sink }) => {
          sink.behave({ delayMs: 1000 });
          for (const _ of [1, 2]) {
            const result = await runtime.invoke({ untilLeftMs: 100 }, { deadlineMs: 700 });
            expect(result).toMatchObject({ status: 'success', payload: 'done' });
            expect(result.busyMs).toBeLessThan(700);
          }
          sink.behave();
          await runtime.invoke({});
          expect(new Set(sink.spans.map(({ spanId }) => spanId)).size).toBe(7);
        },
        { timeoutMs: 3000 },
      ));

    it('keeps what it has when next to nothing is left', () =>
      play('handler', async ({ runtime, sink }) => {
        const result = await runtime.invoke({ untilLeftMs: 20 }, { deadlineMs: 600 });
        expect(result).toMatchObject({ status: 'success', payload: 'done' });
        await runtime.invoke({});
        expect(sink.spans.map(({ name }) => name).sort()).toContain('init');
      }));

    it('costs a function of the module that is not wrapped 100 ms once, and never its response', () =>
      play('bare', async ({ runtime }) => {
        const results = [await runtime.invoke({}), await runtime.invoke({}), await runtime.invoke({})];
        for (const { payload, status } of results) expect([status, payload]).toEqual(['success', 'bare']);
        for (const { latencyMs } of results) expect(latencyMs).toBeLessThan(90);
        expect(results[0]?.busyMs).toBeLessThan(250);
        for (const { busyMs } of results.slice(1)) expect(busyMs).toBeLessThan(90);
      }));

    it('goes along when another function calls the wrapped one late, twice and not as its last', () =>
      play('router', async ({ runtime, sink }) => {
        for (const spans of [5, 9]) {
          expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'routed' });
          await runtime.invoke({});
          expect(sink.spans.length).toBeGreaterThanOrEqual(spans);
        }
      }));

    it('does not turn an answer into a time-out when the wrapped function goes on after it', () =>
      play('racer', async ({ runtime, sink }) => {
        const result = await runtime.invoke({ ms: 500 }, { deadlineMs: 300 });
        expect(result).toMatchObject({ status: 'success', payload: 'won' });
        expect(result.latencyMs).toBeLessThan(100);
        for (const _ of [1, 2]) {
          expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'won' });
        }
        expect(sink.spans.length).toBeGreaterThanOrEqual(5);
      }));

    it('leaves it to the runtime what a promise that never settles means', () =>
      play('never', async ({ runtime }) => {
        await runtime.invoke({});
        const result = await runtime.invoke({ wait: true });
        // Client 3 answers null; client 4 exits.
        const bare = leg.client.major === 3 ? { status: 'success', payload: null } : { status: 'crash' };
        expect(result).toMatchObject(bare);
        expect(result.busyMs).toBeLessThan(1000);
        expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'ok' });
      }));

    it('flushes a stream before its handler ends', () =>
      play('stream', async ({ runtime, sink }) => {
        for (const spans of [2, 3]) {
          expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'streamed' });
          expect(sink.spans).toHaveLength(spans);
        }
      }));

    it('registers nothing where it is told so, for streams alone, and on Managed Instances', async () => {
      const silent = async (handler: string, fixture: string, env: Record<string, string>): Promise<void> => {
        const taskRoot = await bundles.of(fixture);
        await onScene({ ...leg, handler: `index.${handler}`, taskRoot, env }, async ({ runtime, sink }) => {
          await runtime.invoke({});
          expect(callNames(runtime)).not.toContain('register');
          expect(sink.spans.length).toBeGreaterThan(0);
        });
      };
      await silent('handler', 'lifecycle', { TRACELET_FLUSH: 'before-response' });
      await silent('handler', 'only-stream', {});
    });
  });
}
