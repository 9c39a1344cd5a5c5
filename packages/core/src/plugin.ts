import type { Attributes, Context as OtelContext, Span, SpanKind } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import type { Outcome } from './trigger.ts';

/** What a hook returns: called once when the thing that it watched has ended. */
export type Finish = (outcome: Outcome) => void;

/** Undoes what `setup` did. */
export type Dispose = () => void;

/** What an invocation hook is told. */
export interface InvocationInfo {
  readonly event: unknown;
  readonly context: Context;
  /** Id of the trigger that recognised the event. */
  readonly trigger: string;
  readonly coldStart: boolean;
  /** When Lambda ends the invocation, in milliseconds since the epoch; `Infinity` when unknown. */
  readonly deadlineMs: number;
}

/** What a record hook is told. */
export interface RecordInfo extends InvocationInfo {
  readonly record: unknown;
}

/** What a downstream hook is told. */
export interface DownstreamInfo extends InvocationInfo {
  /** The name that the call's span started with. */
  readonly name: string;
  /** CLIENT or PRODUCER. */
  readonly kind: SpanKind;
  /** What the call's span started with. */
  readonly attributes: Attributes;
}

/**
 * Adds spans or attributes of its own. Every member but the name is optional.
 *
 * Hooks are called in order: the function's plugins, those of the preset, those of tracelet. A hook returns its own
 * finisher, so that no state needs to be kept between start and end; finishers are called in reverse. What a hook throws
 * or rejects with is contained and said once. Hooks are synchronous: a promise is not waited for, and is no finisher. A
 * plugin that held invocations up for more than 100 ms, hook by hook, three times is not called any more.
 */
export interface Plugin {
  /** Tells plugins apart: of two with one name in a process, only the first is set up. */
  readonly name: string;
  /** The version of the contract that it was written for. Default: 1. A newer one than {@link PluginHost} has is refused. */
  readonly contract?: number | undefined;
  /** Called once per process, as the first handler is wrapped, inside Lambda and in a harness only. */
  setup?(host: PluginHost): Dispose | void;
  /** An invocation began; the handler has not been called. Finished before its span ends. */
  invocation?(span: Span, info: InvocationInfo): Finish | void;
  /** A record of a batch began. Finished before its span ends. */
  record?(span: Span, info: RecordInfo): Finish | void;
  /** A call to another service began inside an invocation: a CLIENT or PRODUCER span of a {@link PluginHost}. */
  downstream?(span: Span, info: DownstreamInfo): Finish | void;
}

/** How a plugin's span shall start. */
export interface SpanStart {
  readonly name: string;
  /** Default: INTERNAL. */
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A span that a plugin started, and its context for what runs or is sent within it. */
export interface StartedSpan {
  readonly span: Span;
  readonly context: OtelContext;
}

/** What a plugin gets to work with; the contract's version is 1. */
export interface PluginHost {
  readonly version: 1;
  /** Starts a child of the active span; `undefined` while tracing is suppressed (tracelet's own exports). */
  start(plan: SpanStart): StartedSpan | undefined;
  /** Headers that carry the span's context to a callee, by the propagators in force. */
  inject(started: StartedSpan): Readonly<Record<string, string>>;
  /** Says a trouble once per process, as one JSON line with this code and remedy. */
  say(code: string, what: string, remedy: string): void;
}
