import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LocalRuntime, RuntimeOptions } from './runtime-types.ts';
import { startRuntime } from './start-runtime.ts';

/** Starts runtimes for handler code given as text, and ends them all. For the tests of this folder only. */
export interface RuntimeFixture {
  start(code: string, options?: Partial<RuntimeOptions>, file?: string): Promise<LocalRuntime>;
  cleanUp(): Promise<void>;
}

/** Makes a fixture; call `cleanUp` after each test. */
export function runtimeFixture(): RuntimeFixture {
  const runtimes: LocalRuntime[] = [];
  const folders: string[] = [];
  return {
    start: async (code, options = {}, file = 'index.mjs') => {
      const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-test-'));
      folders.push(taskRoot);
      writeFileSync(join(taskRoot, file), code);
      const runtime = await startRuntime({ handler: 'index.handler', taskRoot, client: { kind: 'loop' }, ...options });
      runtimes.push(runtime);
      return runtime;
    },
    cleanUp: async () => {
      await Promise.all(runtimes.splice(0).map((runtime) => runtime.shutdown()));
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    },
  };
}
