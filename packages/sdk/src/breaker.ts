/** What became of one flush to a destination. */
export interface Attempt {
  /** The longest that one request took, in milliseconds. */
  readonly tookMs: number;
  /** Why the last request failed, absent when it did not. */
  readonly fault?: { readonly reason: string; readonly retryAfterMs?: number | undefined } | undefined;
}

/** Keeps a destination that is dead or slow from being paid for by every invocation. */
export interface Breaker {
  /** Asked once per flush that has something to send. */
  allows(): boolean;
  /** Told once per flush that was allowed. */
  note(attempt: Attempt): void;
}

/** This many bad flushes in a row open the breaker; one that took all of its time does so by itself. */
const STRIKES = 3;

/** An open breaker lets one flush try after so many others or so long, whichever is first; doubled each time it fails. */
const REST_FLUSHES = 20;
const REST_MS = 10_000;
const DOUBLINGS = 3;

/**
 * Makes a circuit breaker.
 *
 * ```
 *            3 bad flushes in a row, or 1 that timed out
 *   closed -------------------------------------------> open <-----------+
 *      ^                                                 |  10 s or       | bad: twice as long,
 *      |                 good                            v  20 flushes    | up to 80 s or 160 flushes
 *      +--------------------------------------------- half-open ----------+
 * ```
 *
 * A flush is bad when a request failed, or took more than half of the time that a flush has. While a backend has asked to
 * be left alone (`Retry-After`), nothing is tried in any state.
 *
 * @param timeoutMs How long a flush may take.
 */
export function makeBreaker(timeoutMs: number): Breaker {
  let strikes = 0;
  let failedProbes = -1;
  let skipped = 0;
  let probeAtMs = 0;
  let notBeforeMs = 0;
  return {
    allows() {
      const nowMs = Date.now();
      if (nowMs < notBeforeMs) return false;
      if (strikes < STRIKES || nowMs >= probeAtMs) return true;
      skipped += 1;
      return skipped > REST_FLUSHES << failedProbes;
    },
    note({ fault, tookMs }) {
      notBeforeMs = Date.now() + (fault?.retryAfterMs ?? 0);
      if (!fault && tookMs <= timeoutMs / 2) {
        strikes = 0;
        failedProbes = -1;
        return;
      }
      strikes += fault?.reason === 'timeout' && tookMs >= timeoutMs * 0.9 ? STRIKES : 1;
      if (strikes < STRIKES) return;
      failedProbes = Math.min(failedProbes + 1, DOUBLINGS);
      probeAtMs = Date.now() + (REST_MS << failedProbes);
      skipped = 0;
    },
  };
}
