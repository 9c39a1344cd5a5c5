import type { Context } from 'aws-lambda';
import { isCallbackRuntime } from './context-facts.ts';
import { type AnyHandler, assertFunction } from './errors.ts';
import { type RunOptions, run } from './run.ts';
import { type CallbackArguments, runCallback } from './run-callback.ts';
import { shared } from './shared.ts';

const WRAPPED = Symbol.for('tracelet.wrapped.v1');

// Set by `awslambda.streamifyResponse` and read by the runtime client; seen in aws-lambda-ric 3.3.0 and 4.0.2.
const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const STREAM_RESPONSE = 'response';

/**
 * Wraps a handler of any shape: promise, synchronous, callback or streaming. The wrapper keeps the handler's name,
 * length and properties, because the runtime client decides by them how to call it.
 *
 * @returns The handler itself when it is wrapped already, or when tracelet is switched off.
 * @throws {TraceletError} `handler_not_a_function`; the only error that a wrapper raises inside Lambda.
 */
export function wrap(handler: unknown, options: RunOptions): AnyHandler {
  assertFunction(handler, 'lambda()');
  if (WRAPPED in handler || !(options.always || options.pipeline().enabled)) return handler;
  // With a callback or a stream the response is not over when the handler's own work is.
  if (handler.length < 3 && !(STREAMING in handler)) options.pipeline().flusher.arm?.();
  return dress(handler, function (this: unknown, ...args) {
    const work = (): unknown => Reflect.apply(handler, this, args);
    const context = args[STREAMING in handler ? 2 : 1] as Context;
    // Reached through middleware or a router that is wrapped itself: the invocation is under way already.
    const frame = shared().frames.getStore();
    if (frame?.invocation.context === context && frame && !options.always) return work();
    if (STREAMING in handler) return run(options, args[0], context, work, 'stream');
    // Runtime client 3 gives a callback to every handler. Without one, as in a test, each answers by its result.
    if (typeof args[2] === 'function' && (handler.length >= 3 || isCallbackRuntime(context)))
      return runCallback(options, handler, this, args as unknown as CallbackArguments);
    return run(options, args[0], context, work, isCallbackRuntime(context) ? 'sync' : 'promise');
  });
}

/** Marks a handler as streaming, as `awslambda.streamifyResponse` does; that global exists inside Lambda only. */
export function streamify(handler: unknown): AnyHandler {
  assertFunction(handler, 'lambda()');
  if (STREAMING in handler) return handler;
  const streaming = copyMembers(handler, function (this: unknown, ...args) {
    return Reflect.apply(handler, this, args);
  });
  return Object.assign(streaming, { [STREAMING]: STREAM_RESPONSE });
}

function dress(handler: AnyHandler, wrapper: AnyHandler): AnyHandler {
  return Object.defineProperty(copyMembers(handler, wrapper), WRAPPED, { value: true });
}

/** Gives a wrapper all that can be told of a function from outside: text, kind, name, length, symbols, properties. */
function copyMembers(handler: AnyHandler, wrapper: AnyHandler): AnyHandler {
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(handler));
  const text = { value: () => String(handler), configurable: true, writable: true };
  Reflect.defineProperty(wrapper, 'toString', text);
  for (const key of Reflect.ownKeys(handler)) {
    if (key === 'prototype') continue;
    Reflect.defineProperty(wrapper, key, Reflect.getOwnPropertyDescriptor(handler, key) as PropertyDescriptor);
  }
  return wrapper;
}
