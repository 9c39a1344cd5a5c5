import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { writeStdout } from './stdout.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  syncBuiltinESMExports();
});

/** Puts a pipe in the place of stdout that takes so many bytes at each attempt; 0 when it is full. */
function pipe(takes: () => number): { readonly now: string[]; readonly queued: string[] } {
  const now: string[] = [];
  const queued: string[] = [];
  vi.spyOn(fs, 'writeSync').mockImplementation(((_: number, bytes: Buffer) => {
    const taken = takes();
    if (taken === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
    now.push(bytes.subarray(0, taken).toString());
    return Math.min(taken, bytes.length);
  }) as never);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => queued.push(String(text)) > 0);
  syncBuiltinESMExports();
  return { now, queued };
}

it('takes a line in as many pieces as the pipe wants', () => {
  const takes = [2, 0, 1, 9];
  const { now, queued } = pipe(() => takes.shift() ?? 9);
  writeStdout('abcd', true);
  expect([now, queued]).toEqual([['ab', 'c', 'd\n'], []]);
});

it('queues the rest of a line when the pipe stays full, and what comes after it', () => {
  const takes = [2];
  const { now, queued } = pipe(() => takes.shift() ?? 0);
  writeStdout('abcd', true);
  Object.defineProperty(process.stdout, 'writableLength', { value: 3, configurable: true });
  writeStdout('next', true);
  Reflect.deleteProperty(process.stdout, 'writableLength');
  expect([now, queued]).toEqual([['ab'], ['cd\n', 'next\n']]);
});

it('queues lines outside of threads, and writes at once in those of a function', async () => {
  const { now, queued } = pipe(() => 99);
  writeStdout('main');
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
  vi.resetModules();
  const before = process.stdout.fd;
  Object.assign(process.stdout, { fd: undefined });
  const thread = await import('./stdout.ts');
  thread.writeStdout('thread');
  Object.assign(process.stdout, { fd: before });
  expect([now, queued]).toEqual([['thread\n'], ['main\n']]);
  // One listener for all lines.
  expect(process.stdout.listenerCount('error')).toBeGreaterThan(0);
  expect(process.stdout.emit('error', new Error('gone'))).toBe(true);
});

it('gives up on a pipe that is gone', () => {
  const { now, queued } = pipe(() => {
    throw Object.assign(new Error('gone'), { code: 'EPIPE' });
  });
  writeStdout('a', true);
  expect([now, queued]).toEqual([[], []]);
});

const module = JSON.stringify(import.meta.resolve('./stdout.ts'));

/** Runs code that has `writeStdout`, reads its stdout from `readAfterMs` on, and gives the lines and how it ended. */
async function run(code: string, env: NodeJS.ProcessEnv = {}, readAfterMs = 0) {
  const source = `import { writeStdout } from ${module}; ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await sleep(readAfterMs);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const [exitCode] = await ended;
  if (!child.stdout.readableEnded) await once(child.stdout, 'end');
  return { exitCode, lines: text.split('\n').slice(0, -1) };
}

it('takes lines in order', async () => {
  expect(await run("for (const line of ['a', 'b', 'c']) writeStdout(line);")).toEqual({
    exitCode: 0,
    lines: ['a', 'b', 'c'],
  });
});

it('has got a line that is written at once when the process is killed right after', async () => {
  const code = "writeStdout('a'); writeStdout('b', true); process.kill(process.pid, 'SIGKILL');";
  expect(await run(code)).toEqual({ exitCode: null, lines: ['a', 'b'] });
});

it('has got the lines of a thread of a function when the process is killed right after', async () => {
  const worker = `import { writeStdout } from ${module}; writeStdout('thread'); process.kill(process.pid, 'SIGKILL');`;
  const start = `
    const { Worker } = await import('node:worker_threads');
    new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})));`;
  expect(await run(start, { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9' })).toEqual({ exitCode: null, lines: ['thread'] });
});

it('waits a little for a pipe that is full, and queues what does not fit then', async () => {
  const code = "for (let n = 0; n < 40; n += 1) writeStdout(n + 'x'.repeat(10_000), true);";
  const { exitCode, lines } = await run(code, {}, 500);
  expect([exitCode, lines.map((line) => [Number.parseInt(line, 10), line.length > 10_000])]).toEqual([
    0,
    Array.from({ length: 40 }, (_, n) => [n, true]),
  ]);
});

it('that is closed fails nothing, at once or not', async () => {
  const code = `
    const { closeSync } = await import('node:fs');
    closeSync(1);
    writeStdout('a', true);
    process.exit(7);`;
  expect(await run(code)).toEqual({ exitCode: 7, lines: [] });
});
