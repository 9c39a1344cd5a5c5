import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { build } from '../../scripts/build.ts';
import type { Format } from '../../scripts/bundle.ts';
import { publicPackages } from '../../scripts/packages.ts';
import { run } from '../../scripts/run-command.ts';

/** Packages that a deployed function has; the test kit stays at home. */
const deployed = publicPackages.filter(({ manifest }) => manifest.name !== '@tracelet/testing');

/**
 * Builds, packs and installs the published packages with npm into `folder`, as a user's project would have them.
 */
export async function installPublished(folder: string): Promise<void> {
  await build();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "function", "private": true }\n');
  const tarballs = deployed.map(({ directory, manifest }) => {
    const tarball = join(folder, `${manifest.name.replace('/', '-')}.tgz`);
    run('npx', ['-y', 'pnpm@12.21.0', 'pack', '--out', tarball], directory);
    return tarball;
  });
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  run('npm', ['install', ...quiet, '@opentelemetry/api@1.10.0', ...tarballs], folder);
  for (const file of readdirSync(folder)) if (file.endsWith('.tgz')) rmSync(join(folder, file));
}

/** Puts a handler into `folder` unbundled: its own file in the given module format, its imports left to `node_modules`. */
export async function placeUnbundled(entry: string, folder: string, format: Format): Promise<void> {
  const source = await readFile(entry, 'utf8');
  const { code } = await transform(source, { loader: 'ts', format, platform: 'node', target: 'node22' });
  writeFileSync(join(folder, format === 'esm' ? 'index.mjs' : 'index.cjs'), code);
}
