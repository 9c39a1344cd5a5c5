import { describeError, type Flusher } from '@tracelet/core';
import type { Breadcrumb } from './breadcrumb.ts';
import type { LifeGuard } from './life-guard.ts';
import type { Counts } from './outbox.ts';
import { printLine } from './verbose.ts';

/** Who has something to say when the process ends. */
export interface LastWordsOptions {
  readonly guard: LifeGuard;
  readonly breadcrumb: Breadcrumb | undefined;
  readonly flusher: Flusher;
  readonly counts: () => Counts;
}

/** Lambda leaves 300 to 500 ms between SIGTERM and SIGKILL; a flush keeps 50 ms of what it is given. */
const TERM_MS = 300;

/**
 * Listens for the end of the process. Nothing here changes how it ends: no `unhandledRejection` or `uncaughtException`
 * listener, and a SIGTERM without other listeners still kills, after one bounded flush.
 *
 * @see https://nodejs.org/api/process.html#event-uncaughtexceptionmonitor
 */
export function listenForTheEnd({ breadcrumb, counts, flusher, guard }: LastWordsOptions): void {
  let hasWords = false;
  process.on('uncaughtExceptionMonitor', (error) => {
    const { message, type } = describeError(error);
    hasWords = true;
    breadcrumb?.note('u', { atMs: Date.now(), errorType: type, message: message.slice(0, MAX_MESSAGE_LENGTH) });
  });
  process.on('exit', (exitCode) => {
    if (!hasWords) breadcrumb?.note('x', { atMs: Date.now(), exitCode });
  });
  // The event loop is empty: what an invocation under way waits for will not come. Runtime client 4 exits after what is
  // started here; client 3 answers `null` and goes on, so there the next flush sends.
  process.on('beforeExit', () => {
    if (guard.abandon()) void flusher.flush(Infinity);
  });
  const onTerminate = async (): Promise<void> => {
    await flusher.flush(Date.now() + TERM_MS);
    if (counts().retained > 0) printLine('tracelet: terminated with telemetry that was not delivered', { ...counts() });
    process.off('SIGTERM', onTerminate);
    if (process.listenerCount('SIGTERM') === 0) process.kill(process.pid, 'SIGTERM');
  };
  process.on('SIGTERM', onTerminate);
}

const MAX_MESSAGE_LENGTH = 1000;
