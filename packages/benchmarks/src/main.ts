/**
 * Measures every contestant and judges tracelet by its budgets: `pnpm bench`, about ten minutes, best on a machine that
 * does nothing else. It installs the contestants on its first run.
 *
 *   --only cold,warm        plays these parts, and prints their tables without writing the page
 *   --contestants a,b       lets these take part; the bare function always does
 *   --runs N                rounds of each part, in place of what fits into ten minutes
 *   --invocations N         of the leak run, 1,000,000 by default
 *   --from source           bundles the sources in place of what is built; nothing is built then
 *   --no-build              takes what is built
 *   --write                 writes the page although some parts were not played; theirs stay as they are
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../../../scripts/build.ts';
import { generateDocs, generatedPages } from '../../../scripts/docs.ts';
import { root } from '../../../scripts/packages.ts';
import { type Bench, openBench } from './bench.ts';
import { judgeBudgets, renderVerdicts } from './budgets.ts';
import { type Contestant, contestant, contestants } from './contestants.ts';
import { type BenchData, type PartData, type PartName, partNames, readData, writeData } from './data.ts';
import { renderPart, withCosts } from './page.ts';
import { backends } from './parts/backends.ts';
import { calls } from './parts/calls.ts';
import { cold, coldWithFiles } from './parts/cold.ts';
import { leak } from './parts/leak.ts';
import { lines } from './parts/lines.ts';
import { records } from './parts/records.ts';
import { warm } from './parts/warm.ts';
import { cpuAccounting } from './stage/cpu-account.ts';
import { isPinned } from './stage/sandbox.ts';

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    contestants: { type: 'string' },
    runs: { type: 'string' },
    invocations: { type: 'string', default: '1000000' },
    from: { type: 'string', default: 'dist' },
    'no-build': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const fixedRuns = flags.runs === undefined ? undefined : Math.max(1, Number(flags.runs));
const chosen = flags.only === undefined ? partNames : partNames.filter((name) => flags.only?.split(',').includes(name));
if (chosen.length === 0) throw new Error(`--only takes some of: ${partNames.join(', ')}.`);
const isWhole = flags.only === undefined && flags.contestants === undefined;
const fromSource = flags.from === 'source';
if (!fromSource && !flags['no-build']) await build();

const bench = await openBench(chooseContestants(), fromSource ? 'source' : 'dist', fixedRuns);
const measured: Partial<Record<PartName, PartData>> = {};
for (const name of chosen) {
  const startedAt = performance.now();
  bench.say(`${name} ...`);
  try {
    measured[name] = await play(name, bench);
  } catch (error) {
    // One part that fails takes no other with it; its table says so.
    bench.say(`!! ${name} failed: ${String(error)}`);
    measured[name] = { runs: `**Failed: ${String(error).replaceAll('\n', ' ').slice(0, 200)}**`, rows: [] };
    process.exitCode = 1;
  }
  bench.say(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
  process.stdout.write(`${renderPart(dataOf(measured), name)}\n\n`);
}
bench.close();
process.stdout.write(`${renderVerdicts(judgeBudgets(dataOf(measured)))}\n`);
if (isWhole || flags.write) await write(dataOf(isWhole ? measured : { ...readData()?.parts, ...measured }));
process.exit();

function play(name: PartName, { turns }: Bench): Promise<PartData> {
  const without = { contestants: bench.contestants.filter(({ isVariant }) => !isVariant) };
  const parts: Readonly<Record<PartName, () => Promise<PartData>>> = {
    cold: () => coldWithFiles(bench, turns(15, 65)),
    'cold-512': () => cold(bench, turns(5, 55), { initMb: 512 }),
    'cold-128': () => cold(bench, turns(3, 110), { initMb: 128 }),
    'cold-init': () => cold(bench, turns(9, 70), { invokeMb: 128 }),
    warm: () => warm(bench, { ...turns(5, 110), ...without }),
    backends: () => backends(bench, (fixedRuns ?? 20) * 10),
    records: () => records(bench, { ...turns(3, 85), ...without }),
    calls: () => calls(bench, { ...turns(3, 105), ...without }),
    lines: () => lines(fixedRuns ?? 4),
    leak: async () => leak(Number(flags.invocations)),
  };
  return parts[name]();
}

function chooseContestants(): readonly Contestant[] {
  const ids = flags.contestants?.split(',');
  return ids === undefined ? contestants : [...new Set(['bare', ...ids])].map(contestant);
}

function dataOf(parts: BenchData['parts']): BenchData {
  const cores = cpus();
  const quota =
    cpuAccounting() === 'schedstat'
      ? 'CPU quotas cannot be set here: they are imitated by stopping the process for its share of every 50 ms.'
      : 'CPU quotas are those of the control group, in periods of 20 ms.';
  const machine = [
    `${cores.length} CPUs (${cores[0]?.model.trim()}), Linux ${release().split('-')[0]}, Node ${process.versions.node};`,
    isPinned ? 'the measured process alone on one CPU;' : 'the measured process shares its CPU with the driver;',
    `CPU time counted by ${cpuAccounting()}. ${quota}`,
  ].join(' ');
  return { machine, measuredOn: new Date().toISOString().slice(0, 10), parts };
}

async function write(data: BenchData): Promise<void> {
  writeData(data);
  const readme = join(root, 'README.md');
  writeFileSync(readme, withCosts(readFileSync(readme, 'utf8'), data));
  const pages = ['docs/reference/performance.md', 'docs/README.md'];
  await generateDocs(
    generatedPages.filter(({ path }) => pages.includes(path)),
    root,
    false,
  );
}
