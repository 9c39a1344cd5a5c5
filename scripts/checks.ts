import { reportTotals } from './totals.ts';

/** Runs named checks one after the other, prints a line for each, and counts them. */
export interface Checks {
  /** A check fails by throwing. Resolves to whether it passed, so that what builds on it can be left out. */
  check(name: string, body: () => unknown): Promise<boolean>;
  /** Prints the totals and sets the exit code. */
  finish(): void;
}

/** Starts a counted list of checks; `title` names it in the totals of `.ci/run`. */
export function startChecks(title: string): Checks {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  return {
    async check(name, body) {
      try {
        await body();
        totals.passed += 1;
        process.stdout.write(`ok    ${name}\n`);
        return true;
      } catch (error) {
        totals.failed += 1;
        const message = error instanceof Error ? error.message : String(error);
        process.stdout.write(`FAIL  ${name}\n${message.replace(/^/gm, '      ')}\n`);
        return false;
      }
    },
    finish: () => reportTotals(title, totals),
  };
}
