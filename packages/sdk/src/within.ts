/** Node's timers take no more, 24.8 days in milliseconds; a longer delay would fire at once. */
export const MAX_DELAY_MS = 2_147_483_647;

/**
 * Waits for a promise, but no longer than `timeoutMs`. The promise goes on; only the waiting ends.
 *
 * @returns Whether it settled in time. Never rejects.
 */
export function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeoutMs, MAX_DELAY_MS), false);
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
