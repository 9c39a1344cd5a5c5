/**
 * Sends what has been recorded. Contract for implementations: never throws, never rejects; returns in time, whatever
 * the backend does; what could not be sent is kept for the next flush or dropped with a count.
 */
export interface Flusher {
  /**
   * Sends now, and resolves when that is done.
   *
   * @param deadlineMs When Lambda ends the invocation, in milliseconds since the epoch; `Infinity` when unknown.
   */
  flush(deadlineMs: number): Promise<void>;
  /** Told while the function's module loads that a handler was wrapped whose response need not wait for a flush. */
  arm?(): void;
  /**
   * Told that an invocation of such a handler begins. What it returns is called in place of `flush` when the handler
   * has ended, and resolves as soon as the response may leave, be that before or after the flush.
   */
  begin?(requestId: string | undefined): Flusher['flush'];
}
