import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './packages.ts';
import { run } from './run-command.ts';

/**
 * Runs the tests of an example against packages that are installed from their tarballs, as somebody else's package would:
 * the example is copied out of the workspace, so nothing but `project/node_modules` is there to import. vitest alone is
 * lent from here.
 *
 * @throws Error when a test fails, or none runs.
 */
export function runPackedExample(project: string, name: string): void {
  const copy = join(project, 'examples', name);
  const filter = (path: string): boolean => basename(path) !== 'node_modules';
  cpSync(join(root, 'examples', name), copy, { recursive: true, filter });
  const lent = join(project, 'node_modules/vitest');
  if (!existsSync(lent)) symlinkSync(join(root, 'node_modules/vitest'), lent, 'dir');
  const said = run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', copy], project);
  if (!/Tests.*\d+.*passed/.test(said)) throw new Error(`no test ran:\n${said}`);
}
