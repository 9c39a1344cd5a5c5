import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { type Frame, runInFrame } from './invocation.ts';
import type { Log } from './log.ts';
import { currentFrame } from './shared.ts';
import { type SpanFn, span } from './span.ts';

/** What is at hand inside an invocation or a record. */
export interface Scope {
  readonly context: Context;
  /** {@link span}, bound to this scope: it works from callbacks that lost the async context. */
  readonly span: SpanFn;
  /** `log`, bound to this scope. */
  readonly log: Log;
  /** Aborts 100 ms before Lambda ends the invocation. */
  readonly signal: AbortSignal;
  /** Sets attributes on this scope's span: the invocation's, or the record's. */
  set(attributes: Attributes): void;
}

/** A {@link Scope} with the record it belongs to. */
export interface RecordScope<Rec> extends Scope {
  /** The record as the event holds it, whatever `parse` made of it. */
  readonly record: Rec;
  /** 1 at the first delivery; 1 as well where the source does not count. */
  readonly attempt: number;
  /** True when the source gives up on the record if it fails now, as far as the setting `maxReceiveCount` tells. */
  readonly isLastAttempt: boolean;
  /** Time since the record entered its source, in milliseconds; 0 where the source does not say. */
  readonly ageMs: number;
}

/** The scope of the running code: of the record, else of the invocation; `undefined` outside. */
export function scope(): Scope | undefined {
  const frame = currentFrame();
  return frame === undefined ? undefined : scopeOf(frame);
}

/** The scope that belongs to a frame, made once. */
export function scopeOf(frame: Frame): Scope {
  frame.scope ??= new FrameScope(frame);
  return frame.scope;
}

/** The scope of a record's frame. */
export function recordScopeOf<Rec>(
  frame: Frame,
  record: Rec,
  facts: Pick<RecordScope<Rec>, 'attempt' | 'ageMs'>,
  isLastAttempt: boolean,
): RecordScope<Rec> {
  const made = new RecordFrameScope(frame, record, facts, isLastAttempt);
  frame.scope = made;
  return made;
}

/**
 * A class, because its getters live on the prototype: an object literal with getters of its own takes 0.9 us to make,
 * and a batch of 10,000 records makes 10,000 scopes, most of which are hardly used.
 */
class FrameScope implements Scope {
  readonly #frame: Frame;
  #bound: { span?: SpanFn; log?: Log; set?: Scope['set'] } | undefined;

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  get context(): Context {
    return this.#frame.invocation.context;
  }

  get span(): SpanFn {
    this.#bound ??= {};
    this.#bound.span ??= bindSpan(this.#frame);
    return this.#bound.span;
  }

  get log(): Log {
    this.#bound ??= {};
    this.#bound.log ??= bindLog(this.#frame, this.#frame.invocation.pipeline.log);
    return this.#bound.log;
  }

  get signal(): AbortSignal {
    return this.#frame.invocation.signal.get();
  }

  // Bound as the others: `({ set }) => set(...)` is how a scope is used.
  get set(): Scope['set'] {
    this.#bound ??= {};
    this.#bound.set ??= bindSet(this.#frame);
    return this.#bound.set;
  }
}

class RecordFrameScope<Rec> extends FrameScope implements RecordScope<Rec> {
  readonly record: Rec;
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  readonly ageMs: number;

  constructor(
    frame: Frame,
    record: Rec,
    { attempt, ageMs }: Pick<RecordScope<Rec>, 'attempt' | 'ageMs'>,
    isLastAttempt: boolean,
  ) {
    super(frame);
    this.record = record;
    this.attempt = attempt;
    this.isLastAttempt = isLastAttempt;
    this.ageMs = ageMs;
  }
}

function bindSet({ kept, span }: Frame): Scope['set'] {
  return (attributes) => {
    if (kept === undefined) span.setAttributes(attributes);
    else Object.assign(kept, attributes);
  };
}

/** Inside the scope's own async context the innermost span is the parent; elsewhere the scope's. */
function bind<A extends readonly unknown[], R>(frame: Frame, fn: (...args: A) => R): (...args: A) => R {
  return function bound(this: unknown, ...args) {
    const call = (): R => Reflect.apply(fn, this, args);
    return currentFrame() === frame ? call() : runInFrame(frame, call);
  };
}

function bindSpan(frame: Frame): SpanFn {
  const wrap: SpanFn['wrap'] = (name, fn) => bind(frame, span.wrap(name, fn));
  return Object.assign(bind(frame, span) as SpanFn, { set: bind(frame, span.set), wrap });
}

function bindLog(frame: Frame, log: Log): Log {
  const bound = Object.entries(log).map(([name, method]) => [name, bind(frame, method)]);
  return { ...Object.fromEntries(bound), with: (fields) => bindLog(frame, log.with(fields)) };
}
