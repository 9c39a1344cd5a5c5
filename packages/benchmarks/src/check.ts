/**
 * Holds a commit to the committed costs: `pnpm bench:check`, under five minutes, nothing to install but the runtime
 * client of the end-to-end suite. Modules, bundle sizes and files are exact; ratios are medians of CPU time with slack,
 * measured again, three times at most, before they fail.
 *
 *   --write   commits what is measured as the new baseline
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportTotals } from '../../../scripts/totals.ts';
import { openBench } from './bench.ts';
import { contestant } from './contestants.ts';
import type { PartData } from './data.ts';
import { judge, type Measures } from './judge.ts';
import { measureLines } from './log-line.ts';
import { BY_HAND, OURS } from './log-line-names.ts';
import { calls } from './parts/calls.ts';
import { cold, filesOpened } from './parts/cold.ts';
import { records } from './parts/records.ts';
import { warm } from './parts/warm.ts';
import { deploy } from './prepare.ts';
import { spread } from './stats.ts';
import { added, median, rowOf } from './table.ts';

const OWN = 'tracelet-esm';
const HAND = 'hand-written';
const ATTEMPTS = 4;
/** After so long nothing is measured again: the whole is to stay under five minutes. */
const PATIENCE_S = 170;

const baselinePath = join(import.meta.dirname, '../baseline.json');
const startedAt = performance.now();
const own = contestant(OWN);
const bench = await openBench([contestant('bare'), contestant(HAND), own], 'source', undefined);

/** Each gives ratios, whose names begin with the key. */
const measurements: Readonly<Record<string, () => Promise<Readonly<Record<string, number>>>>> = {
  'cold start': async () => {
    const part = await cold(bench, { rounds: 11, warmsUp: true });
    return { 'cold start CPU, x bare': median(rowOf(part, OWN), 'cpuMs') / median(rowOf(part, 'bare'), 'cpuMs') };
  },
  'warm invocation': async () => ({
    'warm invocation CPU added, x hand-written': overHand(await warm(bench, { rounds: 4 }), 'cpuUs'),
  }),
  'batch of 10,000': async () => ({
    'batch of 10,000 CPU added, x hand-written': overHand(await records(bench, { rounds: 4 }), 'cpuMs10000'),
  }),
  call: async () => {
    const part = await calls(bench, { rounds: 4, contestants: [contestant('bare'), own] });
    const overBare = (name: string): number => median(rowOf(part, OWN), name) / median(rowOf(part, 'bare'), name);
    return { 'call by node:http CPU, x bare': overBare('httpUs'), 'call by fetch CPU, x bare': overBare('fetchUs') };
  },
  'log line': async () => {
    const results = await measureLines([BY_HAND, OURS], 6);
    const ns = (name: string): number => spread(results.get(name) ?? []).median;
    return { 'log line CPU, x by hand': ns(OURS) / ns(BY_HAND) };
  },
};

const exact = await measureExact();
const ratios: Record<string, number> = {};
for (const measure of Object.values(measurements)) Object.assign(ratios, await measure());
const written = process.argv.includes('--write');
if (written) writeFileSync(baselinePath, `${JSON.stringify(rounded({ ...exact, ratios }), undefined, 2)}\n`);
const committed = JSON.parse(readFileSync(baselinePath, 'utf8')) as Measures;

let gates = judge(committed, { ...exact, ratios });
for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
  const high = gates.filter(({ isNoisy, isPassed }) => isNoisy && !isPassed).map(({ name }) => name);
  if (high.length === 0 || secondsSinceStart() > PATIENCE_S) break;
  process.stdout.write(`measuring again: ${high.join(', ')}\n`);
  for (const measure of measurementsOf(high)) {
    for (const [name, ratio] of Object.entries(await measure())) ratios[name] = Math.min(ratio, ratios[name] ?? ratio);
  }
  gates = judge(committed, { ...exact, ratios });
}
bench.close();
for (const { detail, isPassed, name } of gates)
  process.stdout.write(`${isPassed ? 'ok   ' : 'FAIL '} ${name}: ${detail}\n`);
process.stdout.write(`${secondsSinceStart().toFixed(0)} s\n`);
const failed = gates.filter(({ isPassed }) => !isPassed).length;
reportTotals('cost gates', { passed: gates.length - failed, failed, skipped: 0 });
process.exit();

function secondsSinceStart(): number {
  return (performance.now() - startedAt) / 1000;
}

async function measureExact(): Promise<Omit<Measures, 'ratios'>> {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-check-'));
  const cjs = await deploy(contestant('tracelet-cjs'), folder, 'source').finally(() =>
    rmSync(folder, { recursive: true }),
  );
  const esm = bench.deployed(own);
  return {
    modules: esm.modules.filter((path) => path.startsWith('packages/')),
    files: (await filesOpened(bench, own)).length,
    bundleBytes: { esm: esm.gzipBytes, cjs: cjs.gzipBytes },
  };
}

/** Those that give one of these ratios. */
function measurementsOf(names: readonly string[]): readonly (() => Promise<Readonly<Record<string, number>>>)[] {
  const wanted = Object.entries(measurements).filter(([key]) => names.some((name) => name.startsWith(key)));
  return wanted.map(([, measure]) => measure);
}

/** What is added to the bare function, as a multiple of what the hand-written tracer adds. */
function overHand(part: PartData, name: string): number {
  return added(rowOf(part, OWN), part, name) / added(rowOf(part, HAND), part, name);
}

function rounded(measures: Measures): Measures {
  const entries = Object.entries(measures.ratios).map(([name, ratio]) => [name, Number(ratio.toFixed(3))] as const);
  return { ...measures, ratios: Object.fromEntries(entries) };
}
