import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './packages.ts';

/** Where Debian puts the servers of PostgreSQL, which are not on the path. */
const DEBIAN = '/usr/lib/postgresql';

/**
 * Runs the database examples against a real PostgreSQL and a real Redis, started for the purpose on 127.0.0.1 and in a
 * folder of their own. Says what to install where one of them is missing.
 */
async function main(): Promise<void> {
  const initdb = findProgram('initdb');
  const postgres = findProgram('postgres');
  const redisServer = findProgram('redis-server');
  if (initdb === undefined || postgres === undefined || redisServer === undefined) {
    process.stdout.write(
      'It needs PostgreSQL and Redis: apt-get install -y --no-install-recommends postgresql redis-server\n',
    );
    process.exitCode = 1;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-servers-'));
  const servers: ChildProcess[] = [];
  try {
    const data = join(folder, 'postgres');
    // PostgreSQL refuses to run as root.
    const user = process.getuid?.() === 0 ? 'nobody' : undefined;
    if (user !== undefined) run('chown', ['-R', user, folder]);
    runAs(user, [initdb, '--pgdata', data, '--username', 'tracelet', '--auth', 'trust', '--no-sync']);
    const [postgresPort, redisPort] = [await freePort(), await freePort()];
    servers.push(
      startAs(user, [
        postgres,
        '-D',
        data,
        '-p',
        String(postgresPort),
        '-k',
        folder,
        '-c',
        'listen_addresses=127.0.0.1',
        '-F',
      ]),
      startAs(undefined, [
        redisServer,
        '--port',
        String(redisPort),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--dir',
        folder,
      ]),
    );
    for (const port of [postgresPort, redisPort]) await until(port);
    const { status } = spawnSync(
      'vitest',
      ['run', '--config', 'vitest.databases.config.ts', ...process.argv.slice(2)],
      {
        cwd: root,
        stdio: 'inherit',
        env: {
          ...process.env,
          DATABASE_URL: `postgres://tracelet@127.0.0.1:${postgresPort}/postgres`,
          REDIS_URL: `redis://127.0.0.1:${redisPort}`,
        },
      },
    );
    process.exitCode = status ?? 1;
  } finally {
    await Promise.all(servers.map(stop));
    rmSync(folder, { recursive: true, force: true });
  }
}

function findProgram(name: string): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const folders = [...(process.env.PATH ?? '').split(':'), ...versions.map((version) => join(DEBIAN, version, 'bin'))];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** A command as another user, without a shell in between. */
function commandAs(user: string | undefined, command: readonly string[]): readonly [string, readonly string[]] {
  const [program = '', ...args] = command;
  return user === undefined ? [program, args] : ['setpriv', ['--reuid', user, '--clear-groups', '--', ...command]];
}

function runAs(user: string | undefined, command: readonly string[]): void {
  run(...commandAs(user, command));
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: tmpdir() });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
}

function startAs(user: string | undefined, command: readonly string[]): ChildProcess {
  const [program, args] = commandAs(user, command);
  return spawn(program, args, { stdio: 'ignore', cwd: tmpdir() });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until somebody listens, for ten seconds at most. */
async function until(port: number): Promise<void> {
  for (let left = 100; left > 0; left--) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error(`Nobody listens on port ${port}.`);
}

await main();
