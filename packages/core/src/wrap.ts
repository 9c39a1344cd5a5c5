import type { Context } from 'aws-lambda';
import { isCallbackRuntime } from './context-facts.ts';
import { type AnyHandler, assertFunction } from './errors.ts';
import { runInFrame } from './invocation.ts';
import { fault } from './outcome.ts';
import { begin, finish, frameOf, isThenable, judgeResult, type RunOptions, run, settle } from './run.ts';
import type { Outcome } from './trigger.ts';

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
    if (STREAMING in handler) return run(options, args[0], args[2] as Context, work, 'stream');
    // Without a callback, as in a test, it answers like any other handler.
    if (handler.length >= 3 && typeof args[2] === 'function') return runCallback(options, handler, this, args);
    const context = args[1] as Context;
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

/** A callback handler: the invocation ends when the callback is called or the returned promise settles. */
function runCallback(options: RunOptions, handler: AnyHandler, self: unknown, args: readonly unknown[]): unknown {
  const [event, context, callback, ...rest] = args as [unknown, Context, AnyHandler, ...unknown[]];
  const invocation = begin(options, event, context);
  let ending: Promise<void> | undefined;
  const end = (outcome: Outcome): Promise<void> => {
    ending ??= finish(invocation, outcome);
    return ending;
  };
  const judged = (result: unknown): Outcome => judgeResult(options, invocation, result);
  const answer = (...answers: readonly unknown[]): void => {
    const [error, result] = answers;
    // What the runtime's callback throws stays an exception: the runtime reports an unhandled rejection differently.
    end((error ?? undefined) === undefined ? judged(result) : fault(error))
      .then(() => callback(...answers))
      .catch(throwLater);
  };
  let returned: unknown;
  try {
    returned = runInFrame(frameOf(invocation), () => Reflect.apply(handler, self, [event, context, answer, ...rest]));
    if (isThenable(returned)) return settle(returned, judged, end);
  } catch (error) {
    void end(fault(error));
    throw error;
  }
  return returned;
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

function dress(handler: AnyHandler, wrapper: AnyHandler): AnyHandler {
  return Object.defineProperty(copyMembers(handler, wrapper), WRAPPED, { value: true });
}

/** Gives a wrapper everything that can be told of a function from outside: name, length, symbols, own properties. */
function copyMembers(handler: AnyHandler, wrapper: AnyHandler): AnyHandler {
  for (const key of Reflect.ownKeys(handler)) {
    if (key === 'prototype') continue;
    Reflect.defineProperty(wrapper, key, Reflect.getOwnPropertyDescriptor(handler, key) as PropertyDescriptor);
  }
  return wrapper;
}
