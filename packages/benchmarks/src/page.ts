import { judgeBudgets, renderVerdicts } from './budgets.ts';
import { type BenchData, type PartName, partNames } from './data.ts';
import { sections } from './sections.ts';
import { added, addedShare, fixed, median, number, renderTable, rowOf } from './table.ts';

/** Renders `docs/reference/performance.md` from what was measured. */
export function renderPage(data: BenchData): string {
  const parts = partNames.map((name) => renderPart(data, name)).filter((text) => text !== undefined);
  return `${[
    '# Performance',
    `${HOW}\n\n**Machine.** ${data.machine} Measured on ${data.measuredOn}.`,
    `## Budgets\n\nWhat tracelet may cost, with everything on (traces, a log line, downstream calls), bundled by esbuild as an ES module.\n\n${renderVerdicts(judgeBudgets(data))}`,
    ...parts,
  ].join('\n\n')}\n`;
}

/** Renders one part: its title, what is to be known of it, and its table. Undefined when it was not measured. */
export function renderPart({ parts }: BenchData, name: PartName): string | undefined {
  const part = parts[name];
  if (part === undefined) return undefined;
  const { columns, note, title } = sections[name];
  return `## ${title}\n\n${note} ${part.runs}.\n\n${renderTable(part, columns)}`;
}

/** Renders the table that the README shows: the cost of each way to trace a function. */
export function renderReadmeCosts({ parts }: BenchData): string {
  const { backends, cold, records, warm } = parts;
  const ids = ['tracelet-esm', 'otel-2.12', 'otel-layer', 'adot', 'powertools', 'datadog', 'sentry'];
  const lines = ids.map((id) => {
    const cells = [
      number(added(rowOf(cold, id), cold, 'cpuMs')),
      fixed(addedShare(rowOf(cold, id), cold, 'cpuMs')),
      number(median(rowOf(cold, id), 'files')),
      number(added(rowOf(warm, id), warm, 'cpuUs')),
      number(added(rowOf(warm, id), warm, 'p50Us')),
      number(added(rowOf(backends, id), backends, 'black hole p50')),
      number(Math.min(10_001, median(rowOf(records, id), 'spans10000'))),
    ];
    const { label = id, problem } = rowOf(cold, id) ?? {};
    return `| ${label}${problem === undefined ? '' : ` **${problem}**`} | ${cells.join(' | ')} |`;
  });
  return [
    '| | cold start, CPU added, ms | of (2) | files opened | warm, CPU added, us | answer later by, us | backend silent: answer later by, ms | spans that arrive of 10,001 |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** Where the README's table stands. */
export const README_MARKS = ['<!-- costs: written by pnpm bench -->', '<!-- costs end -->'] as const;

/** Puts the table into the README's text. Throws when the marks are not there. */
export function withCosts(readme: string, data: BenchData): string {
  const [begin, end] = README_MARKS;
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`README.md has no place for the costs: it needs the lines ${begin} and ${end}.`);
  return `${readme.slice(0, from + begin.length)}\n\n${renderReadmeCosts(data)}\n\n${readme.slice(to)}`;
}

const HOW = `Written by \`pnpm bench\`, which installs the other contestants, measures all of them in one run and judges tracelet by its
budgets. \`pnpm bench --only cold,warm --runs 3\` plays some parts a few times and leaves this page alone.

**How.** Every contestant is a function driven by AWS's runtime interface client 4.0.2 against a small Runtime API and
Extensions API on 127.0.0.1, which also is the backend that they all send to. Driver and backend share one CPU, the measured
process has another to itself. Contestants take turns, so that each meets the same noise. The primary figure is CPU time of the
whole process tree, threads included; wall time is secondary, as it jitters. Figures are medians, with the least and the
most in brackets where it says more. (2) is the plain OpenTelemetry SDK of the 2.x line, set up by hand and not bundled. Every
contestant exports at the end of each invocation, as it is documented to. Lambda's own share (its disk, its network,
resuming a sandbox) is not in these figures.`;
