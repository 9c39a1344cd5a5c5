import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Fixture } from './trigger.fixture.ts';

/** One or more events of each built-in trigger: the `fixtures` of every `*.fixture.ts` beside the triggers. */
export const fixtures: readonly Fixture[] = (await Promise.all(fixtureFiles().map(load))).flat();

function fixtureFiles(): readonly string[] {
  const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.fixture.ts'));
  return names.filter((name) => name !== 'all.fixture.ts').sort();
}

async function load(name: string): Promise<readonly Fixture[]> {
  const module = (await import(join(import.meta.dirname, name))) as { fixtures?: readonly Fixture[] };
  return module.fixtures ?? [];
}
