import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { spawnSandbox } from './sandbox-process.ts';

describe('a sandbox process', () => {
  it.each([
    ['exits', 'process.exit(0)', undefined],
    ['is told to end', 'setInterval(() => {}, 1_000)', 'SIGTERM'],
    ['is interrupted', 'setInterval(() => {}, 1_000)', 'SIGINT'],
  ] as const)('is killed, frozen as it is, when the process that started it %s', async (_, end, signal) => {
    const code = `
      import { spawnSandbox } from '${new URL('./sandbox-process.ts', import.meta.url).href}';
      const args = ['-e', 'setInterval(() => {}, 1_000)'];
      const child = spawnSandbox({ command: process.execPath, args, cwd: '.', env: {}, onLine() {} });
      child.freeze();
      process.stdout.write(String(child.pid), () => { ${end}; });`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(parent, 'exit');
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    if (signal !== undefined) parent.kill(signal);
    expect(await exited).toEqual(signal === undefined ? [0, null] : [null, signal]);
    await expect.poll(() => isAlive(Number(pid.toString()))).toBe(false);
  });

  it('cuts its output into lines, the last one without an end too', async () => {
    const lines: string[] = [];
    const code = "process.stdout.write('a\\n\\nb'); process.stderr.write('c\\n'); process.stdout.write('ž\\nlast');";
    const child = spawnSandbox({
      command: process.execPath,
      args: ['-e', code],
      cwd: '.',
      env: {},
      onLine: (stream, line) => lines.push(`${stream}: ${line}`),
    });
    expect(await child.exited).toEqual({ exitCode: 0, signal: null });
    expect(lines.sort()).toEqual(['stderr: c', 'stdout: ', 'stdout: a', 'stdout: bž', 'stdout: last']);
  });

  it('ignores signals after its end', async () => {
    const child = spawnSandbox({ command: process.execPath, args: ['-e', '0'], cwd: '.', env: {}, onLine: () => {} });
    await child.exited;
    expect(() => {
      child.freeze();
      child.thaw();
      child.kill('SIGKILL');
    }).not.toThrow();
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // An orphan that nobody has reaped yet still takes signals; its state tells that it is dead.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
