/** Which invocations are worth their spans. What is not said is left to the sampler of the environment. */
export interface SamplingSettings {
  /**
   * Share of the traces that begin here which are sampled, 0 to 1; a trace that a caller began follows the caller, as
   * with `OTEL_TRACES_SAMPLER=parentbased_traceidratio`. That variable, where it is set, comes first. Default: 1.
   */
  readonly ratio?: number | undefined;
  /** Which of the invocations that are not sampled are sent all the same, once it is known how they ended. */
  readonly keep?: KeepRules | undefined;
  /**
   * Which OTLP log records are sent where `keep` is set: `all` (default), or of invocations that are not sampled those
   * that are `kept`. Lines on stdout are not touched.
   */
  readonly logs?: 'all' | 'kept' | undefined;
  /** Invocations that yield no spans: health checks, warm-up pings. Of those a fault is kept where `keep.faults` says so. */
  readonly drop?: readonly DropRule[] | undefined;
  /** Lets a caller ask for all spans and all log lines of a chain of invocations. */
  readonly debug?: DebugOnDemand | undefined;
}

/**
 * Rules of which one is enough. While an invocation that is not sampled runs, its spans wait in memory: at most 2,000
 * spans and log records, of 4 MiB together. Above that the oldest go that did not fail, and the invocation's span counts
 * them in `tracelet.sampling.evicted_count`.
 */
export interface KeepRules {
  /** Invocations that failed or timed out, and those that their process did not survive. */
  readonly faults?: boolean | undefined;
  /** Those that waited for their environment. */
  readonly coldStarts?: boolean | undefined;
  /** Those that took longer, in milliseconds. */
  readonly slowerThanMs?: number | undefined;
  /** Those that answered with this status code or a higher one, or with one of a list. */
  readonly httpStatus?: number | readonly number[] | undefined;
  /** Batches of which a record failed. */
  readonly partialFailures?: boolean | undefined;
}

/** What an invocation has to be to be dropped: everything that the rule says. */
export interface DropRule {
  /** Id of the trigger: `alb`, `eventbridge-schedule`. */
  readonly trigger?: string | undefined;
  /** `http.route`, or where the source knows no route the path; as a whole, or by a pattern. */
  readonly route?: string | RegExp | undefined;
  /** Judges the event, such as the one of a plugin that keeps functions warm. */
  readonly matches?: ((event: unknown) => boolean) | undefined;
}

/** How a caller proves that it may ask for everything. */
export interface DebugOnDemand {
  /** The value of the baggage entry `tracelet.debug` that counts; a secret of 16 characters or more. */
  readonly token?: string | undefined;
  /** Whether it counts in HTTP events too, whose baggage anybody can send. Default: `false`. */
  readonly trustHttp?: boolean | undefined;
}

/** How a chain of invocations that calls itself is noticed. */
export interface LoopGuard {
  /**
   * How many invocations may follow one another. The span of one beyond has `tracelet.loop.suspected`, and a line says
   * so once; nothing is stopped. Each invocation raises the baggage entry `tracelet.hops`. Default: nothing is counted.
   */
  readonly maxHops?: number | undefined;
  /** Whether counts in HTTP events are believed, whose baggage anybody can send. Default: `false`, they begin anew. */
  readonly trustHttp?: boolean | undefined;
}
