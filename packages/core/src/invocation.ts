import { type Attributes, type Context as OtelContext, context as otelContext, type Span } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import type { Tally } from './batch-tally.ts';
import type { Start } from './cold-start.ts';
import type { DeadlineSignal } from './deadline.ts';
import type { Fields } from './log.ts';
import type { Pipeline } from './pipeline.ts';
import type { InvocationInfo, Plugin } from './plugin.ts';
import type { RunningHooks } from './plugin-hooks.ts';
import type { ResolvedSettings } from './preset.ts';
import type { InvocationSampling } from './sampling.ts';
import type { Scope } from './scope.ts';
import { shared } from './shared.ts';
import type { Trigger } from './trigger.ts';

/** Everything that belongs to one invocation. Made in `run.ts`, carried in arguments and AsyncLocalStorage only. */
export interface Invocation {
  /** What hooks are told. */
  readonly info: InvocationInfo;
  readonly event: unknown;
  readonly context: Context;
  readonly requestId: string | undefined;
  readonly trigger: Trigger;
  readonly start: Start;
  readonly startedAtMs: number;
  /** When Lambda ends the invocation, in milliseconds since the epoch; `Infinity` when unknown. */
  readonly deadlineMs: number;
  readonly signal: DeadlineSignal;
  readonly pipeline: Pipeline;
  readonly settings: ResolvedSettings;
  /** The plugins that want to see each record: the function's own, then the process's. */
  readonly recordPlugins: readonly Plugin[];
  /** Those that want to see each call to another service. */
  readonly downstreamPlugins: readonly Plugin[];
  /** The remote parent, or none, and the caller's baggage. */
  readonly parent: OtelContext;
  /** What is asked for its spans; `undefined` when nobody has said anything. */
  readonly sampling: InvocationSampling | undefined;
  /** The SERVER span. */
  readonly span: Span;
  /** The CONSUMER span around a batch. */
  readonly batchSpan: Span | undefined;
  readonly hooks: RunningHooks;
  readonly tally: Tally;
}

/** One level of scope: the invocation, or a record inside it. */
export interface Frame {
  readonly invocation: Invocation;
  /** The span that a scope's `set` writes to. */
  readonly span: Span;
  /** The OpenTelemetry context in which the span is active. */
  readonly context: OtelContext;
  /** What user code sees of this frame, made when first asked for. */
  scope: Scope | undefined;
  /** Fields of all lines that are logged in it. */
  logFields: Fields | undefined;
  /** What a record without a span said of itself, for the span that it may get late; `undefined` where there is one. */
  readonly kept: Attributes | undefined;
}

/** Runs code inside a frame: `scope()`, `log` and every span started there find it, across awaits. */
export function runInFrame<T>(frame: Frame, fn: () => T): T {
  return shared().frames.run(frame, () => otelContext.with(frame.context, fn));
}
