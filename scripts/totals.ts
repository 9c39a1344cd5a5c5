import { appendFileSync } from 'node:fs';

/** What a script counted: tests, or checks of its own. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Ends a script: prints `N passed, N failed` (and `, N skipped`), and makes the exit code non-zero when something
 * failed or nothing ran. Inside `.ci/run` the numbers also go to the file named by `TRACELET_CI_TOTALS`, and the line
 * carries `title`, because only the last line of the whole run may consist of the totals alone.
 */
export function reportTotals(title: string, totals: Totals): void {
  const { passed, failed, skipped } = totals;
  const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const totalsPath = process.env.TRACELET_CI_TOTALS;
  if (totalsPath !== undefined) appendFileSync(totalsPath, `${passed} ${failed} ${skipped} ${title}\n`);
  process.stdout.write(totalsPath === undefined ? `${line}\n` : `${title}: ${line}\n`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
