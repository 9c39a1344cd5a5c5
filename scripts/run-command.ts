import { spawnSync } from 'node:child_process';

/** Runs a program to its end and returns its stdout; throws with the end of what it said when it fails or takes over 10 minutes. */
export function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 10 * 60_000, maxBuffer: 64 * 1024 * 1024 });
  if (result.status === 0) return result.stdout;
  const said = `${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
  const end = said
    .split('\n')
    .slice(-40)
    .map((line) => line.slice(0, 300))
    .join('\n');
  throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}:\n${end}`);
}
