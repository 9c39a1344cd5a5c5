/**
 * Sends what has been recorded. Called once at the end of each invocation, before the response is returned.
 *
 * Contract for implementations: never rejects; returns in time, whatever the backend does; what could not be sent is
 * kept for the next call or dropped with a count.
 */
export interface Flusher {
  /** @param deadlineMs When Lambda ends the invocation, in milliseconds since the epoch; `Infinity` when unknown. */
  flush(deadlineMs: number): Promise<void>;
}
