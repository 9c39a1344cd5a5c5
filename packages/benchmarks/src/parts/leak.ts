import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { rowOf } from '../bench.ts';
import type { PartData } from '../data.ts';

/** What the run tells, as JSON on its last line. */
interface Told {
  readonly usPerInvocation: number;
  readonly heapEarlyBytes: number;
  readonly heapLateBytes: number;
  readonly rssMb: number;
  readonly exported: number;
}

/** Runs a traced and logging handler many times in one process, without client and network, and looks at the heap. */
export function leak(count: number): PartData {
  const script = join(import.meta.dirname, '../functions/leak-run.ts');
  const args = ['--expose-gc', '--disable-warning=ExperimentalWarning', script, String(count)];
  const env = {
    PATH: process.env.PATH,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    // Nobody listens there, so that spans go to the exporter before the response.
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
    TRACELET_LOG_LEVEL: 'warn',
  };
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The leak run ended with ${status}: ${stderr.slice(-2000)}`);
  const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Told;
  const growth = (told.heapLateBytes - told.heapEarlyBytes) / (count * 0.9);
  const values = {
    us: told.usPerInvocation,
    growthBytes: growth,
    heapKb: told.heapLateBytes / 1024,
    rssMb: told.rssMb,
    exported: told.exported,
  };
  return {
    runs: `${count.toLocaleString('en')} invocations`,
    rows: [rowOf('tracelet', 'tracelet, everything on', [values])],
  };
}
