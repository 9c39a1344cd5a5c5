import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders below `peers/`, each with a lockfile of its own. */
export type PeerName = 'otel-2.12' | 'otel-3.1' | 'otel-layer' | 'adot' | 'powertools' | 'datadog' | 'sentry';

/** Where a peer lies. */
export function peerFolder(name: PeerName): string {
  return join(import.meta.dirname, '../peers', name);
}

/**
 * Installs a peer by its lockfile, outside the workspace and without running any script of it, unless that is done.
 *
 * @returns Why it could not be installed; undefined when it is there.
 */
export function installPeer(name: PeerName): string | undefined {
  const folder = peerFolder(name);
  const stampPath = join(folder, 'node_modules/.tracelet-stamp');
  const stamp = createHash('sha256')
    .update(readFileSync(join(folder, 'pnpm-lock.yaml')))
    .digest('hex');
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return undefined;
  const args = ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--ignore-scripts'];
  const env = { ...process.env, CI: 'true' };
  const { error, status, stderr, stdout } = spawnSync('npx', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (status !== 0) return `not installed: ${error?.message ?? `${stdout}${stderr}`.trim().split('\n').at(-1)}`;
  writeFileSync(stampPath, stamp);
  return undefined;
}
