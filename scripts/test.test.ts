import { describe, expect, it } from 'vitest';
import { count, type Report } from './test.ts';

describe('the totals of a test run', () => {
  it('count passed, failed and skipped tests', () => {
    expect(count(report(false, file('failed', 'passed', 'failed', 'skipped', 'passed')))).toEqual({
      passed: 2,
      failed: 1,
      skipped: 1,
    });
  });

  it('count a file that does not load as one failure', () => {
    expect(count(report(false, file('passed', 'passed'), file('failed')))).toEqual({
      passed: 1,
      failed: 1,
      skipped: 0,
    });
  });

  it('count an error outside every test as one failure', () => {
    expect(count(report(false, file('passed', 'passed')))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  it('count a run without a report as one failure', () => {
    expect(count(undefined)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
});

function report(success: boolean, ...testResults: Report['testResults']): Report {
  return { success, testResults };
}

function file(status: string, ...tests: readonly string[]): Report['testResults'][number] {
  return { name: 'x.test.ts', status, assertionResults: tests.map((test) => ({ fullName: test, status: test })) };
}
