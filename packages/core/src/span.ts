import {
  type Attributes,
  INVALID_SPAN_CONTEXT as NO_SPAN,
  type Context as OtelContext,
  context as otelContext,
  type Span,
  type SpanKind,
  type SpanOptions as StartOptions,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { sayFailure, survive } from './diagnose.ts';
import { assertFunction } from './errors.ts';
import { observe } from './observe.ts';
import { endSpan, fault, success } from './outcome.ts';
import { currentFrame, currentPipeline } from './shared.ts';
import { activate } from './span-layer.ts';

/** How a span of your own starts. */
export interface SpanOptions {
  /** Default: INTERNAL. */
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Attributes | undefined;
}

/** Spans of your own; see {@link span}. */
export interface SpanFn {
  /** Runs `fn` inside a span and returns what it returns; an error or rejection is recorded and passed on unchanged. */
  <T>(name: string, fn: (span: Span) => T): T;
  <T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
  /** Sets attributes on the innermost active span; does nothing when there is none. */
  set(attributes: Attributes): void;
  /** A function with the same parameters and result, each call of which is a span. */
  wrap<A extends readonly unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R;
}

/**
 * Spans of your own, children of the invocation's or record's span.
 *
 * Result and error pass through by identity; a promise's span ends when it settles. Outside an invocation, or with
 * `OTEL_SDK_DISABLED=true`, the function simply runs.
 *
 * @example
 * const receipt = await span('charge card', async (s) => {
 *   s.setAttribute('order.id', order.id);
 *   return charge(order);
 * });
 */
export const span: SpanFn = /* @__PURE__ */ Object.assign(startSpan, {
  set: (attributes: Attributes): void => {
    trace.getActiveSpan()?.setAttributes(attributes);
  },
  wrap<A extends readonly unknown[], R>(name: string, fn: (...args: A) => R): (...args: A) => R {
    return function wrapped(this: unknown, ...args: A): R {
      return startSpan(name, () => Reflect.apply(fn, this, args));
    };
  },
});

/** The tracer in force: the invocation's, the process's outside one, or the global one before the first wrap. */
export function currentTracer(): Tracer {
  const pipeline = currentFrame()?.invocation.pipeline ?? currentPipeline();
  return pipeline?.tracer ?? trace.getTracer('@tracelet/core');
}

/** Members that are `undefined` may as well be absent: the API says so of each of these options. */
type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/**
 * Starts a span. Attributes that cannot be read are left out together. Where the provider throws, the span is one that
 * records nothing and passes its parent's context on.
 */
export function openSpan(tracer: Tracer, name: string, options: Loose<StartOptions>, parent: OtelContext): Span {
  return (
    tryStart(tracer, name, options, parent) ??
    tryStart(tracer, name, { ...options, attributes: undefined }, parent) ??
    trace.wrapSpanContext(survive('span_failed', 'Reading a span', () => trace.getSpanContext(parent)) ?? NO_SPAN)
  );
}

function tryStart(tracer: Tracer, name: string, options: Loose<StartOptions>, parent: OtelContext): Span | undefined {
  try {
    return tracer.startSpan(name, options as StartOptions, parent);
  } catch (error) {
    sayFailure('span_failed', 'Starting a span', error);
    return undefined;
  }
}

function startSpan<T>(name: string, optionsOrFn: SpanOptions | ((span: Span) => T), maybeFn?: (span: Span) => T): T {
  const [options, fn] = typeof optionsOrFn === 'function' ? [{}, optionsOrFn] : [optionsOrFn, maybeFn];
  assertFunction(fn, 'span()');
  const parent = otelContext.active();
  const started = openSpan(currentTracer(), name, options, parent);
  const run = (): T => fn(started);
  return observe(
    () => otelContext.with(activate(parent, started), run),
    () => endSpan(started, success),
    (error) => endSpan(started, fault(error)),
  );
}
