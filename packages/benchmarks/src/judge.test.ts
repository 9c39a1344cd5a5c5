import { describe, expect, it } from 'vitest';
import { judge, type Measures } from './judge.ts';

const committed: Measures = {
  modules: ['packages/core/src/run.ts', 'packages/sdk/src/sdk.ts'],
  files: 3,
  bundleBytes: { esm: 50_000, cjs: 51_000 },
  ratios: { 'cold start CPU, x bare': 1.4, 'log line, x by hand': 0.7 },
};

const failing = (measured: Partial<Measures>): readonly string[] =>
  judge(committed, { ...committed, ...measured })
    .filter(({ isPassed }) => !isPassed)
    .map(({ detail, name }) => `${name}: ${detail}`);

describe('judge', () => {
  it('passes what is as committed, and counts a gate for each figure', () => {
    expect(failing({})).toEqual([]);
    expect(judge(committed, committed)).toHaveLength(6);
  });

  it('fails a commit that adds a module to the hot path, and names it', () => {
    expect(failing({ modules: [...committed.modules, 'packages/core/src/more.ts'] })).toEqual([
      'modules on the hot path: 3 modules, 2 committed: + packages/core/src/more.ts; where that is meant: pnpm bench:check --write',
    ]);
  });

  it('passes a module that took the place of another, and one that went', () => {
    expect(failing({ modules: ['packages/core/src/run.ts', 'packages/sdk/src/start.ts'] })).toEqual([]);
    expect(failing({ modules: ['packages/core/src/run.ts'] })).toEqual([]);
  });

  it('fails one more file', () => {
    expect(failing({ files: 4 })).toEqual([
      'files opened by a cold start: 4, 3 committed; where that is meant: pnpm bench:check --write',
    ]);
  });

  it('fails a commit that adds 5 % to either bundle', () => {
    expect(failing({ bundleBytes: { esm: 52_500, cjs: 51_000 } })).toEqual([
      'bundle, esm, gzip bytes: 52500, 50000 committed (+5.0 %, at most 51000)',
    ]);
    expect(failing({ bundleBytes: { esm: 50_000, cjs: 53_550 } })).toHaveLength(1);
  });

  it('passes a bundle that differs by a rounding', () => {
    expect(failing({ bundleBytes: { esm: 50_400, cjs: 50_000 } })).toEqual([]);
  });

  it('fails a commit that adds 25 % to a ratio', () => {
    expect(failing({ ratios: { ...committed.ratios, 'cold start CPU, x bare': 1.75 } })).toEqual([
      'cold start CPU, x bare: 1.75, 1.40 committed (+25.0 %, at most 1.74)',
    ]);
  });

  it('passes a ratio that jitters, and one that fell', () => {
    expect(failing({ ratios: { 'cold start CPU, x bare': 1.54, 'log line, x by hand': 0.3 } })).toEqual([]);
  });

  it('fails what was not measured, and what nothing is committed for', () => {
    expect(failing({ ratios: { 'cold start CPU, x bare': Number.NaN, 'log line, x by hand': 0.7, new: 1 } })).toEqual([
      'cold start CPU, x bare: not measured; where that is meant: pnpm bench:check --write',
      'new: not committed; where that is meant: pnpm bench:check --write',
    ]);
  });

  it('says which gates are worth measuring again', () => {
    const noisy = judge(committed, committed).filter(({ isNoisy }) => isNoisy);
    expect(noisy.map(({ name }) => name)).toEqual(Object.keys(committed.ratios));
  });
});
