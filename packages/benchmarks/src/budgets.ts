import type { BenchData, PartName } from './data.ts';
import { BY_HAND, OURS } from './log-line-names.ts';
import { added, addedShare, fixed, median, number, rowOf } from './table.ts';

/** One budget, and what was measured. */
export interface Verdict {
  readonly what: string;
  readonly budget: string;
  readonly measured: string;
  /** Undefined where the part was not measured. */
  readonly met: boolean | undefined;
}

/** One for each record, one for processing them, one for the invocation. */
const BATCH_SPANS = 10_002;

const MOODS = ['200 ms', 'refused', 'black hole'] as const;

/** tracelet with everything on, bundled as ESM, against the budgets. */
export function judgeBudgets({ parts }: BenchData): readonly Verdict[] {
  const row = (part: PartName) => rowOf(parts[part], 'tracelet-esm');
  const { cold, warm } = parts;
  const addedTo = (part: PartName, name: string): number => added(row(part), parts[part], name);
  const ofSecond = (part: PartName, name: string): number => addedShare(row(part), parts[part], name);
  const recordUs = (addedTo('records', 'cpuMs10000') * 1000) / 10_000;
  const arrived = median(row('records'), 'spans10000');
  const lines = parts.lines;
  const lineRatio = median(rowOf(lines, OURS), 'ns') / median(rowOf(lines, BY_HAND), 'ns');
  const peak = (id: string): number => added(rowOf(parts.records, id), parts.records, 'peakMb');
  const within = (what: string, value: number, limit: number, unit: string, show = number): Verdict => ({
    what,
    budget: `<= ${limit}${unit}`,
    measured: `${show(value)}${unit}`,
    met: Number.isFinite(value) ? value <= limit : undefined,
  });
  return [
    within(
      'cold start CPU, x bare',
      median(row('cold'), 'cpuMs') / median(rowOf(cold, 'bare'), 'cpuMs'),
      1.5,
      'x',
      fixed,
    ),
    within('cold start CPU added, share of (2)', ofSecond('cold', 'cpuMs'), 0.15, '', fixed),
    within('first invocation added at 128 MB, init unthrottled', addedTo('cold-init', 'firstMs'), 10, ' ms'),
    within('RSS added after the first invocation', addedTo('cold', 'rssMb'), 5, ' MB'),
    within('files opened', median(row('cold'), 'files'), 4, ''),
    within('bundle, gzip, the API included', median(row('cold'), 'gzipBytes') / 1024, 34, ' KiB'),
    within('warm CPU added, share of (2)', ofSecond('warm', 'cpuUs'), 0.35, '', fixed),
    within('warm: added to the answer, p50', added(rowOf(warm, 'tracelet-esm'), warm, 'p50Us'), 40, ' us'),
    within(
      'added to the answer at p99, backend: fast',
      added(rowOf(warm, 'tracelet-esm'), warm, 'p99Us') / 1000,
      2,
      ' ms',
    ),
    ...MOODS.map((mood) =>
      within(`added to the answer at p99, backend: ${mood}`, addedTo('backends', `${mood} p99`), 2, ' ms'),
    ),
    {
      what: '10,000 records: spans arrived, the two of invocation and batch among them',
      budget: `${number(BATCH_SPANS)} of ${number(BATCH_SPANS)}`,
      measured: number(arrived),
      met: Number.isFinite(arrived) ? arrived === BATCH_SPANS && median(row('records'), 'roots10000') === 1 : undefined,
    },
    within('10,000 records: CPU a record', recordUs, 5, ' us'),
    within('10,000 records: peak RSS added', peak('tracelet-esm'), 64, ' MB'),
    within('10,000 records: peak RSS added, share of (2)', peak('tracelet-esm') / peak('otel-2.12'), 1, '', fixed),
    within('downstream call by `node:http`, CPU added', addedTo('calls', 'httpUs'), 18, ' us'),
    within('downstream call by `fetch`, CPU added', addedTo('calls', 'fetchUs'), 30, ' us'),
    within('log line, share of `JSON.stringify` + `stdout.write`', lineRatio, 0.8, '', fixed),
  ];
}

/** The verdicts as a Markdown table. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const say = (met: boolean | undefined): string => (met === undefined ? 'not measured' : met ? 'met' : '**missed**');
  const lines = verdicts.map(
    ({ budget, measured, met, what }) => `| ${what} | ${measured} | ${budget} | ${say(met)} |`,
  );
  return ['| what | measured | budget | verdict |', '|---|---|---|---|', ...lines].join('\n');
}
