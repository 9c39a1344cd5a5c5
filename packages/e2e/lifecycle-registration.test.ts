import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistrationBehaviour } from '@tracelet/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { runtimeClients } from './clients.ts';
import { callNames, makeBundles, onScene, type Scene } from './lifecycle.fixture.ts';

const bundles = makeBundles();
afterAll(() => bundles.dispose());

/** Slower than anything else in an init that does not wait for what it should not wait for. */
const SLOW_INIT_MS = 2500;

for (const leg of runtimeClients()) {
  const play = async (fixture: string, registration: RegistrationBehaviour, check: (scene: Scene) => void) => {
    const options = { ...leg, handler: 'index.handler', taskRoot: await bundles.of(fixture), registration };
    await onScene(options, async (scene) => {
      const { runtime, sink } = scene;
      expect(runtime.initError).toBe(undefined);
      expect(runtime.initMs).toBeLessThan(SLOW_INIT_MS);
      for (const _ of [1, 2, 3]) {
        expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'done' });
        // An answer that is late for init is there for the next thaw.
        await sleep(registration.delayMs ?? 0);
      }
      expect(sink.spans.filter(({ name }) => name === 'local-function')).toHaveLength(3);
      check(scene);
    });
  };
  const polls = ({ runtime }: Scene): void => {
    const own = callNames(runtime).filter((name) => name !== 'next');
    expect(own).toEqual(['register', 'event/next', ...Array(3).fill(['response', 'event/next']).flat()]);
  };
  const fallback = (reason: string, scene: Scene): void => {
    expect(callNames(scene.runtime)).not.toContain('event/next');
    const lines = scene.runtime.stdout.filter((line) => line.includes('"flush_before_response"'));
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      `tracelet: responses wait for the flush, because the extension could not be registered: ${reason}`,
    ]);
    const told = scene.sink.spans.flatMap(({ attributes }) => attributes['tracelet.flush.fallback'] ?? []);
    expect(new Set(told)).toEqual(new Set([reason]));
  };

  describe.skipIf(leg.missing !== undefined)(`${leg.name}: a registration`, () => {
    it.each([0, 10, 20, 24, 26, 30, 50, 100, 250, 500])('that is answered after %i ms counts', (delayMs) =>
      play('done', { delayMs }, polls),
    );

    it.each([10, 20, 24, 26, 50, 500])('that is judged after %i ms counts, or responses wait', (delayMs) =>
      play('done', { delayMs, isJudgedLate: true }, (scene) => {
        const isRegistered = scene.runtime.calls[0]?.status === 200;
        if (isRegistered) polls(scene);
        else fallback('the answer was "HTTP/1.1 403"', scene);
      }),
    );

    it.each([
      ['with a status 403', { answer: 403 }, 'the answer was "HTTP/1.1 403"'],
      ['with a status 403, late', { answer: 403, delayMs: 60 }, 'the answer was "HTTP/1.1 403"'],
      ['with garbage', { answer: 'garbage' }, 'the answer was "garbage, not"'],
      ['with garbage, late', { answer: 'garbage', delayMs: 60 }, 'the answer was "garbage, not"'],
      ['by a reset connection', { answer: 'reset' }, 'ECONNRESET: connection reset by peer, read'],
      ['by a reset connection, late', { answer: 'reset', delayMs: 60 }, 'the answer was ""'],
    ] as const)('that is answered %s makes responses wait, and says so once', (_how, registration, reason) =>
      play('done', registration, (scene) => fallback(reason, scene)),
    );

    it('that is never answered makes responses wait', () =>
      play('done', { answer: 'silence' }, ({ runtime }) => {
        expect(callNames(runtime)).not.toContain('event/next');
      }));

    it('that finds nobody makes responses wait, and says so once', () =>
      play('refused', {}, (scene) => fallback('ECONNREFUSED: connection refused, write', scene)));
  });
}
