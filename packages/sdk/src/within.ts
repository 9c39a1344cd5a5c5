/**
 * Waits for a promise, but no longer than `timeoutMs`. The promise goes on; only the waiting ends.
 *
 * @returns Whether it settled in time. Never rejects.
 */
export function within(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // A delay beyond 2^31 - 1 ms would fire at once.
    const timer = setTimeout(() => resolve(false), Math.min(timeoutMs, 2 ** 31 - 1));
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
