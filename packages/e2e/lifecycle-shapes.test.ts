import type { LocalRuntime } from '@tracelet/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { runtimeClients } from './clients.ts';
import { makeBundles, onScene } from './lifecycle.fixture.ts';

const bundles = makeBundles();
afterAll(() => bundles.dispose());

const shapes = [
  'sync',
  'syncThrow',
  'succeed',
  'callback',
  'callbackSucceed',
  'callbackNoWait',
  'uncaught',
  'unhandled',
  'stream',
  'promise',
];

for (const leg of runtimeClients()) {
  describe.skipIf(leg.missing !== undefined)(`${leg.name}: an extension beside a handler of the shape`, () => {
    it.each(shapes)('%s changes neither its answers nor its errors', async (shape) => {
      const taskRoot = await bundles.of('shapes');
      const answers = async (env: Record<string, string>): Promise<unknown[]> => {
        const told: unknown[] = [];
        await onScene({ ...leg, handler: `index.${shape}`, taskRoot, env }, async ({ runtime }) => {
          told.push(...(await invokeThrice(runtime)));
        });
        return told;
      };
      expect(await answers({})).toEqual(await answers({ OTEL_SDK_DISABLED: 'true' }));
    });
  });
}

async function invokeThrice(runtime: LocalRuntime): Promise<unknown[]> {
  const answers: unknown[] = [runtime.initError?.errorType];
  for (let count = 0; count < 3 && runtime.initError === undefined; count += 1) {
    const { error, payload, status } = await runtime.invoke({});
    answers.push([status, error?.errorType ?? payload]);
  }
  return answers;
}
