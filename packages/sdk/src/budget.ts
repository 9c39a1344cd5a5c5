import { within } from './within.ts';

/** Time kept for the runtime to post the response, in milliseconds. */
const MARGIN_MS = 50;

/** With less than this, in milliseconds, an attempt cannot succeed; the telemetry waits for the next invocation instead. */
export const LEAST_MS = 5;

/**
 * Flushes for as long as it may: the configured time, and never so long that the invocation times out. With too little
 * time left `flush` is not called. Never rejects.
 */
export async function flushWithin(
  timeoutMs: number,
  deadlineMs: number,
  flush: (budgetMs: number) => Promise<unknown>,
): Promise<void> {
  const budgetMs = Math.min(timeoutMs, deadlineMs - Date.now() - MARGIN_MS);
  if (budgetMs >= LEAST_MS) await within(flush(budgetMs), budgetMs);
}
