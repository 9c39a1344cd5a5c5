/**
 * Milliseconds on a clock that only goes forward, and stands still while the process is frozen. As fast as
 * `performance.now()`, the first use of which costs 0.7 ms of a cold start.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** When the process started, in milliseconds since the epoch. */
export function processStartMs(): number {
  return Date.now() - process.uptime() * 1e3;
}
