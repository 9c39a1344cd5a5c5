import type { Attributes, Context as OtelContext } from '@opentelemetry/api';
import type { Pipeline } from './pipeline.ts';
import type { Trigger } from './trigger.ts';

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
  /** Lets a caller ask for everything: `debugOnDemand({ token })` of `@tracelet/lambda/chain`. Default: nobody may. */
  readonly debug?: ChainRule | undefined;
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

/**
 * Reads what those who called handed down in baggage, and writes what those who are called shall find. Made by
 * `debugOnDemand()` and `loopGuard()` of `@tracelet/lambda/chain`.
 */
export type ChainRule = (place: ChainPlace) => ChainFinding;

/** Where an invocation stands. */
export interface ChainPlace {
  readonly pipeline: Pipeline;
  readonly trigger: Trigger;
  readonly event: unknown;
  /** The remote parent, or none, and the caller's baggage. */
  readonly parent: OtelContext;
}

/** What a rule makes of it. */
export interface ChainFinding {
  /** The same with the baggage that is to be passed on. */
  readonly parent: OtelContext;
  /** Whether somebody who may do so asks for all spans. */
  readonly isForced?: boolean | undefined;
  /** Attributes of the invocation's span. */
  readonly attributes?: Attributes | undefined;
  /** Called once the invocation's hooks have been. */
  readonly begun?: ((info: object) => void) | undefined;
}
