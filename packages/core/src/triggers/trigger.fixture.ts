/** An event as a service sends it, and what the contract suite expects of it. */
export interface Fixture {
  readonly name: string;
  readonly event: unknown;
  /** The triggers that match it: the one that recognises it first, then those that stand behind it. */
  readonly matches: readonly string[];
  /**
   * What the event's trace context ({@link TRACEPARENT}) becomes: the invocation's parent, a link of its records' spans,
   * or nothing, when the event carries none. Default: `none`.
   */
  readonly context?: 'parent' | 'link' | 'none';
}

export const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
