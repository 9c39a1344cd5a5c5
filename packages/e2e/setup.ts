import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Install, installs, isInstalled, missingPackages, stampFile, stampOf, unsupported } from './clients.ts';

/** What became of one install: `failed` carries the log, `skipped` what is missing. */
export interface SetupResult {
  readonly install: Install;
  readonly state: 'present' | 'installed' | 'skipped' | 'failed';
  readonly detail?: string;
}

/**
 * Installs the real runtime clients and the Node binaries of the end-to-end suite, each outside the workspace by its
 * own lockfile. A finished install is left alone, so that the native parts are built once per clone. Never throws for
 * a missing tool: the result says what to install.
 */
export function setUpClients(say: (line: string) => void): readonly SetupResult[] {
  return installs.map((install) => {
    const result = setUp(install, say);
    if (result.state === 'installed') say(`${install.title}: installed`);
    if (result.state === 'skipped') say(`${install.title}: SKIPPED, ${result.detail}`);
    if (result.state === 'failed') say(`${install.title}: FAILED\n${result.detail}`);
    return result;
  });
}

function setUp(install: Install, say: (line: string) => void): SetupResult {
  if (isInstalled(install)) return { install, state: 'present' };
  const reason = unsupported(install);
  if (reason !== undefined) return { install, state: 'skipped', detail: reason };
  const packages = missingPackages(install);
  if (packages.length > 0) {
    return { install, state: 'skipped', detail: `it needs: apt-get install -y ${packages.join(' ')}` };
  }
  say(`${install.title}: ${install.tools.length > 0 ? 'building, about a minute' : 'downloading'} ...`);
  const log = runInstall(install);
  if (log !== undefined) return { install, state: 'failed', detail: log };
  writeFileSync(join(install.directory, stampFile), stampOf(install));
  return { install, state: 'installed' };
}

/** Returns the log when the install failed. */
function runInstall(install: Install): string | undefined {
  const modules = join(install.directory, 'node_modules');
  // A half-built native client is not rebuilt by a second install.
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const logPath = join(install.directory, 'install.log');
  const log = openSync(logPath, 'w');
  const { status, error } = spawnSync('npx', ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile'], {
    cwd: install.directory,
    env: { ...process.env, CI: 'true', npm_config_nodedir: nodeHeaders() },
    stdio: ['ignore', log, log],
    timeout: 15 * 60_000,
  });
  closeSync(log);
  const complete = install.products.every((product) => existsSync(join(install.directory, product)));
  if (status === 0 && complete) return undefined;
  const tail = readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-40).join('\n');
  return `${error?.message ?? ''}${tail}\nThe whole log: ${logPath}`;
}

/** The headers to compile against: the user's `nodedir`, else those beside the pinned Node, else node-gyp downloads. */
function nodeHeaders(): string | undefined {
  const configured = spawnSync('npm', ['config', 'get', 'nodedir'], { encoding: 'utf8' }).stdout?.trim();
  if (configured !== undefined && !['', 'undefined', 'null'].includes(configured)) return configured;
  const beside = dirname(dirname(process.execPath));
  return existsSync(join(beside, 'include/node/node_api.h')) ? beside : undefined;
}

if (import.meta.main) {
  const results = setUpClients((line) => process.stdout.write(`${line}\n`));
  const ready = results.filter(({ state }) => state === 'present' || state === 'installed').length;
  process.stdout.write(`${ready} of ${results.length} installs ready for the end-to-end suite\n`);
  if (results.some(({ state }) => state === 'failed')) process.exitCode = 1;
}
