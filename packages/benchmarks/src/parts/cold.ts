import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Bench, inTurns, rowOf, type Turns } from '../bench.ts';
import type { Contestant } from '../contestants.ts';
import type { PartData } from '../data.ts';

/** Lambda gives a function the share of a vCPU that its memory is of 1,769 MB. */
const FULL_MB = 1769;

/** How much CPU a cold start has, by the function's memory; undefined is a whole CPU. */
export interface ColdQuota {
  readonly initMb?: number;
  readonly invokeMb?: number;
}

/** Spawn to the end of the first invocation, which logs a line where the contestant has a logger. */
export async function cold(
  bench: Bench,
  turns: Turns,
  { initMb, invokeMb = initMb }: ColdQuota = {},
): Promise<PartData> {
  const { rounds, rows } = await inTurns(bench, turns, async (contestant) => {
    const sandbox = await bench.start(contestant, { share: shareOf(initMb) });
    try {
      if (invokeMb !== initMb) sandbox.limit(shareOf(invokeMb));
      const { busyMs, latencyMs } = await sandbox.invoke({ line: 'order placed' });
      return {
        initMs: sandbox.initMs,
        initCpuMs: sandbox.initCpuMs,
        cpuMs: sandbox.cpuMs(),
        firstMs: latencyMs,
        totalMs: sandbox.initMs + busyMs,
        rssMb: sandbox.memory().rssMb,
      };
    } finally {
      await sandbox.stop();
    }
  });
  return { runs: `${rounds} run${rounds === 1 ? '' : 's'}`, rows };
}

/** The cold start of a whole CPU, with what was deployed and what was opened beside it. */
export async function coldWithFiles(bench: Bench, turns: Turns): Promise<PartData> {
  const part = await cold(bench, { ...turns, warmsUp: true });
  const rows = [];
  for (const row of part.rows) {
    const contestant = bench.contestants.find(({ id }) => id === row.id);
    if (contestant === undefined || row.problem !== undefined) {
      rows.push(row);
      continue;
    }
    const files = await filesOpened(bench, contestant);
    const { bytes, gzipBytes, modules } = bench.deployed(contestant);
    const bundle = contestant.packaging === 'unbundled' ? {} : { bytes, gzipBytes, modules: modules.length };
    const sizes = { files: files.length, fileBytes: sizeOf(files), ...bundle };
    rows.push({ ...row, values: { ...row.values, ...rowOf('', '', [sizes]).values } });
  }
  return { ...part, rows };
}

/**
 * The files that a cold start opens, the runtime client's own left out: source files that are compiled, and files that
 * are opened through `node:fs`. Seen from inside a run that is not measured.
 */
export async function filesOpened(bench: Bench, contestant: Contestant): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-files-'));
  const report = join(folder, 'files.json');
  const nodeArgs = ['--import', join(import.meta.dirname, '../functions/list-files.ts')];
  const sandbox = await bench.start(contestant, { nodeArgs, env: { BENCH_FILES_PATH: report } });
  try {
    await sandbox.invoke({ line: 'order placed' });
    process.kill(sandbox.pid, 'SIGUSR2');
    for (let attempt = 0; attempt < 100 && !existsSync(report); attempt += 1) await setTimeout(20);
    await setTimeout(20);
    const files = JSON.parse(readFileSync(report, 'utf8')) as readonly string[];
    return files.filter((file) => !/aws-lambda-ric|functions\/list-files|^\/(dev|proc|sys)\//.test(file));
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function shareOf(memoryMb: number | undefined): number {
  return memoryMb === undefined ? 1 : memoryMb / FULL_MB;
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
}
