import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judgeBudgets } from './budgets.ts';
import { contestants } from './contestants.ts';
import { type BenchData, partNames, requireData } from './data.ts';
import { README_MARKS, renderPage, renderReadmeCosts, withCosts } from './page.ts';
import { sections } from './sections.ts';

const root = join(import.meta.dirname, '../../..');
const one = (value: number) => ({ median: value, min: value - 1, max: value + 1 });

const small: BenchData = {
  machine: 'A machine.',
  measuredOn: '2026-01-01',
  parts: {
    cold: {
      runs: '2 runs',
      rows: [
        { id: 'bare', label: 'bare handler', values: { cpuMs: one(20), rssMb: one(50) } },
        {
          id: 'tracelet-esm',
          label: 'tracelet',
          values: { cpuMs: one(29), rssMb: one(56), files: one(3), gzipBytes: one(20_480) },
        },
        { id: 'otel-2.12', label: '(2)', values: { cpuMs: one(120), rssMb: one(74) } },
        { id: 'sentry', label: 'Sentry', problem: 'not installed: offline', values: {} },
      ],
    },
  },
};

describe('the page', () => {
  it('has every part and every contestant of the committed figures', () => {
    const page = renderPage(requireData());
    for (const name of partNames) expect(page).toContain(`## ${sections[name].title}\n`);
    for (const { label } of contestants) expect(page).toContain(`| ${label}`);
  });

  it('names no machine and no folder', () => {
    expect(renderPage(requireData())).not.toMatch(/\/(home|tmp|work|root)\//);
  });

  it('says loudly which contestant could not take part', () => {
    expect(renderPage(small)).toContain('| Sentry **not installed: offline** | - | - |');
  });

  it('leaves out parts that were not played', () => {
    expect(renderPage(small)).not.toContain('## Warm invocation');
  });
});

describe('judgeBudgets', () => {
  it('compares with the bare function and with (2) of the same run', () => {
    const said = judgeBudgets(small).map(({ measured, met, what }) => `${what}: ${measured} ${met}`);
    expect(said.slice(0, 6)).toEqual([
      'cold start CPU, x bare: 1.45x true',
      'cold start CPU added, share of (2): 0.09 true',
      'first invocation added at 128 MB, init unthrottled: - ms undefined',
      'RSS added after the first invocation: 6 MB false',
      'files opened: 3 true',
      'bundle, gzip, the API included: 20 KiB true',
    ]);
  });
});

describe('the costs in the README', () => {
  it('are those of the committed figures', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(withCosts(readme, requireData())).toBe(readme);
  });

  it('replace what stands between the marks, and nothing else', () => {
    const [begin, end] = README_MARKS;
    const costs = `${begin}\n\n${renderReadmeCosts(small)}\n\n${end}`;
    expect(withCosts(`before\n${begin}\nold\n${end}\nafter`, small)).toBe(`before\n${costs}\nafter`);
  });

  it('ask for their place', () => {
    expect(() => withCosts('# nothing', small)).toThrow('README.md has no place for the costs');
  });
});
