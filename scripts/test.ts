import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeClients } from '../packages/e2e/clients.ts';
import { setUpClients } from '../packages/e2e/setup.ts';
import { root } from './packages.ts';
import { reportTotals, type Totals } from './totals.ts';

/** The part of vitest's JSON report that is read here. */
export interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-test-'));
  try {
    const unit = count(runVitest(join(folder, 'unit.json'), '!e2e'));
    say('\nEnd-to-end: the real runtime clients');
    const brokenSetups = setUpClients((line) => say(`  ${line}`)).filter(({ state }) => state === 'failed').length;
    const report = runVitest(join(folder, 'e2e.json'), 'e2e');
    const e2e = count(report);
    const skipped = unit.skipped + e2e.skipped + countMissingLegs(report);
    reportTotals('tests', {
      passed: unit.passed + e2e.passed,
      failed: unit.failed + e2e.failed + brokenSetups,
      skipped,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runVitest(reportPath: string, project: string): Report | undefined {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile=${reportPath}`];
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', `--project=${project}`, ...reporters], { cwd: root, stdio: 'inherit' });
  return existsSync(reportPath) ? (JSON.parse(readFileSync(reportPath, 'utf8')) as Report) : undefined;
}

/** A run without a report, a file that does not load and an error outside every test are failures of their own. */
export function count(report: Report | undefined): Totals {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
  ).length;
  const failed = failedTests + brokenFiles;
  return {
    passed,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: tests.length - passed - failedTests,
  };
}

/** Says which legs cannot run here, and counts those that no skipped test of the report stands for. */
function countMissingLegs(report: Report | undefined): number {
  const names = report?.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
  const missing = runtimeClients().filter((leg) => leg.missing !== undefined);
  for (const leg of missing) say(`\n!! SKIPPED end-to-end leg: ${leg.name}\n!! ${leg.missing}`);
  return missing.filter((leg) => !names?.some((name) => name.includes(leg.name))).length;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
