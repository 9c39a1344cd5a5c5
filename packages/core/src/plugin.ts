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

/**
 * Adds spans or attributes of its own. Every member is optional; an exception in one is contained and said once.
 *
 * A hook returns its own finisher, so that no state needs to be kept between start and end.
 */
export interface Plugin {
  readonly name: string;
  /** Called once per process, when the pipeline is built. */
  setup?(host: PluginHost): Dispose | void;
  invocation?(span: Span, info: InvocationInfo): Finish | void;
  record?(span: Span, info: RecordInfo): Finish | void;
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
