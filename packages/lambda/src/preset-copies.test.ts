import { shared } from '@tracelet/core';
import { afterEach, expect, it, vi } from 'vitest';

afterEach(() => {
  shared().pipeline = undefined;
  shared().preset = undefined;
  vi.resetModules();
});

/** As ESM and CommonJS of one function load it. */
async function loadCopy(): Promise<typeof import('./lambda.ts')> {
  vi.resetModules();
  return import('./lambda.ts');
}

const preset = { enforce: { resource: { team: 'shop' } } };
const handler = async (): Promise<void> => {};

it('knows the preset of the process from every copy, and takes the same one again', async () => {
  (await loadCopy()).defineLambda(preset)(handler);
  const copy = await loadCopy();
  expect(copy.defineLambda(structuredClone(preset))(handler)).toBeTypeOf('function');
  expect(() => copy.defineLambda({ enforce: { resource: { team: 'other' } } })(handler)).toThrow(/enforce\.resource/);
});
