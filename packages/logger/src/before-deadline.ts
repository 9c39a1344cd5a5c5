import type { InvocationInfo } from '@tracelet/core';

/** How long before its deadline an invocation counts as timing out, in milliseconds; at least 2 % of its time. */
const LEAD_MS = 250;
/** `setTimeout` fires at once for more than this. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls `warn` shortly before Lambda ends an invocation: early enough for what it writes to leave with the spans that the
 * deadline watchdog sends. Its timer holds no process.
 *
 * @returns What drops the timer.
 */
export function beforeDeadline({ deadlineMs }: InvocationInfo, warn: () => void): () => void {
  const leftMs = deadlineMs - Date.now();
  const leadMs = Math.min(Math.max(LEAD_MS, leftMs / 50), leftMs / 2);
  if (!(leftMs > 0 && leftMs < MAX_TIMEOUT_MS)) return () => {};
  const timer = setTimeout(warn, leftMs - leadMs).unref();
  return () => clearTimeout(timer);
}
