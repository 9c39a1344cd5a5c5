/** Time kept for the runtime to post the response, in milliseconds. */
const MARGIN_MS = 50;

/** With less than this an attempt cannot succeed; the telemetry waits for the next invocation instead. */
const LEAST_MS = 5;

/**
 * How long a flush may take: the configured time, and never so long that the invocation times out.
 *
 * @returns Milliseconds; 0 when there is too little left to try.
 */
export function flushBudgetMs(timeoutMs: number, deadlineMs: number, nowMs: number): number {
  const budgetMs = Math.min(timeoutMs, deadlineMs - nowMs - MARGIN_MS);
  return budgetMs < LEAST_MS ? 0 : budgetMs;
}
