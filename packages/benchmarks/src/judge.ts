/** What `pnpm bench:check` measures, and what is committed to hold it to. */
export interface Measures {
  /** Source modules of this repository in the bundle of a handler with everything. */
  readonly modules: readonly string[];
  /** Files that its cold start opens. */
  readonly files: number;
  /** Sizes of its bundle, gzip, by module format. */
  readonly bundleBytes: Readonly<Record<string, number>>;
  /** Costs as ratios to contestants that need no install. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** One gate, and whether the commit passes it. */
export interface Gate {
  readonly name: string;
  readonly isPassed: boolean;
  /** Why it fails, or how much room is left; one line. */
  readonly detail: string;
  /** Whether measuring again may change it. */
  readonly isNoisy: boolean;
}

/** How far a bundle may grow until its size is committed anew: a commit that adds 5 % fails, a rounding does not. */
const BUNDLE_SLACK = 0.02;

/** How far a ratio may rise: below the 25 % that must fail by more than the medians of CPU time jitter. */
const RATIO_SLACK = 0.24;

/** Judges what was measured by what is committed. Less than committed passes, and the detail says what to do. */
export function judge(committed: Measures, measured: Measures): readonly Gate[] {
  return [
    judgeModules(committed.modules, measured.modules),
    judgeCount('files opened by a cold start', committed.files, measured.files),
    ...Object.keys({ ...committed.bundleBytes, ...measured.bundleBytes }).map((format) =>
      judgeRise(
        `bundle, ${format}, gzip bytes`,
        committed.bundleBytes[format],
        measured.bundleBytes[format],
        BUNDLE_SLACK,
        false,
      ),
    ),
    ...Object.keys({ ...committed.ratios, ...measured.ratios }).map((name) =>
      judgeRise(name, committed.ratios[name], measured.ratios[name], RATIO_SLACK, true),
    ),
  ];
}

function judgeModules(committed: readonly string[], measured: readonly string[]): Gate {
  const added = measured.filter((path) => !committed.includes(path));
  const gone = committed.filter((path) => !measured.includes(path));
  const count = `${measured.length} modules, ${committed.length} committed`;
  // One for one is a rename: nothing more is loaded.
  const isPassed = measured.length <= committed.length;
  const names = [...added.map((path) => `+ ${path}`), ...gone.map((path) => `- ${path}`)].join(', ');
  const detail = names === '' ? count : `${count}: ${names}${REMEDY}`;
  return { name: 'modules on the hot path', isPassed, detail, isNoisy: false };
}

function judgeCount(name: string, committed: number, measured: number): Gate {
  const detail = `${measured}, ${committed} committed${measured === committed ? '' : REMEDY}`;
  return { name, isPassed: measured <= committed, detail, isNoisy: false };
}

function judgeRise(
  name: string,
  committed: number | undefined,
  measured: number | undefined,
  slack: number,
  isNoisy: boolean,
): Gate {
  if (committed === undefined || measured === undefined || !Number.isFinite(measured)) {
    const missing = committed === undefined ? 'not committed' : 'not measured';
    return { name, isPassed: false, detail: `${missing}${REMEDY}`, isNoisy: measured !== undefined };
  }
  const limit = committed * (1 + slack);
  const change = `${measured >= committed ? '+' : ''}${((measured / committed - 1) * 100).toFixed(1)} %`;
  const detail = `${show(measured)}, ${show(committed)} committed (${change}, at most ${show(limit)})`;
  return { name, isPassed: measured <= limit, detail, isNoisy };
}

const REMEDY = '; where that is meant: pnpm bench:check --write';

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 100 ? 2 : 0);
}
