import type { Context } from 'aws-lambda';
import { isCallbackRuntime } from './context-facts.ts';
import type { AnyHandler } from './errors.ts';
import { runInFrame } from './invocation.ts';
import { fault } from './outcome.ts';
import { begin, finish, frameOf, isThenable, judgeResult, type RunOptions, settle } from './run.ts';
import type { Outcome } from './trigger.ts';

/** What runtime client 3 calls a handler with. */
export type CallbackArguments = readonly [event: unknown, context: Context, callback: AnyHandler, ...rest: unknown[]];

/**
 * One invocation of a handler that may answer by other means than its result: by the callback or, on runtime client 3,
 * by `succeed`, `fail` and `done` of the context. The first answer, a promise that settles or, on runtime client 3, an
 * event loop that is empty ends the invocation.
 *
 * Answers are passed on in their order. An answer that the runtime would post at once is held until the flush is done,
 * unless the handler throws or the process exits before that: then it leaves first, as it would without a wrapper.
 */
export function runCallback(
  options: RunOptions,
  handler: AnyHandler,
  self: unknown,
  [event, given, callback, ...rest]: CallbackArguments,
): unknown {
  const answersByContext = isCallbackRuntime(given);
  const held: (() => unknown)[] = [];
  let ending: Promise<void> | undefined;
  let isCalling = true;

  const end = (outcome: () => Outcome): Promise<void> => {
    process.off('beforeExit', idle);
    ending ??= finish(invocation, outcome(), flush);
    return ending;
  };
  const release = (): void => {
    process.off('exit', release);
    for (const pass of held.splice(0)) pass();
  };
  const hold = (pass: () => unknown, outcome: () => Outcome): void => {
    // The runtime throws what it cannot serialise, and catches it again where the handler does not.
    const guarded = (): unknown => {
      try {
        return pass();
      } catch (error) {
        return callback(error);
      }
    };
    if (held.push(isCalling ? guarded : pass) === 1) process.once('exit', release);
    // In a turn of its own: behind a promise that settled before, and what the runtime throws stays an exception.
    void end(outcome).then(() => setImmediate(release));
  };
  const settled = (outcome: Outcome): Promise<void> => {
    const ended = end(() => outcome);
    return held.length > 0 ? ended.then(release) : ended;
  };
  const judged = (result: unknown): Outcome => judgeResult(options, invocation, result);
  const outcomeOf = (error: unknown, result: unknown): Outcome =>
    (error ?? undefined) === undefined ? judged(result) : fault(error);
  const answer = (...answers: readonly unknown[]): unknown => {
    const [error, result] = answers;
    const pass = (): unknown => callback(...answers);
    const outcome = (): Outcome => outcomeOf(error, result);
    // Such an answer waits until the event loop is empty, and with that for the flush.
    const waits = answersByContext && context.callbackWaitsForEmptyEventLoop && (error ?? undefined) === undefined;
    if (!waits || held.length > 0) return hold(pass, outcome);
    void end(outcome);
    return pass();
  };
  const idle = (): void => {
    void end(() => judged(null));
  };
  const context = answersByContext ? withAnswers(given, hold, outcomeOf) : given;
  const invocation = begin(options, event, context);
  const flush = handler.length < 3 ? invocation.pipeline.flusher.begin?.(invocation.requestId) : undefined;
  let returned: unknown;
  try {
    returned = runInFrame(frameOf(invocation), () => Reflect.apply(handler, self, [event, context, answer, ...rest]));
    if (isThenable(returned)) return settle(returned, judged, settled);
  } catch (error) {
    void end(() => fault(error));
    release();
    throw error;
  } finally {
    isCalling = false;
  }
  // Before the listener of the runtime, which then answers `null`.
  if (answersByContext && ending === undefined) process.prependOnceListener('beforeExit', idle);
  return returned;
}

/**
 * The context with its three answering functions watched. A Proxy, because the context is the runtime's and nothing is
 * written to it: what the handler sets, deletes or freezes there happens to the context itself.
 */
function withAnswers(
  context: Context,
  hold: (pass: () => unknown, outcome: () => Outcome) => void,
  outcomeOf: (error: unknown, result: unknown) => Outcome,
): Context {
  const { succeed, fail, done } = context;
  const watch =
    (original: AnyHandler, outcome: (...given: readonly unknown[]) => Outcome) =>
    (...answers: readonly unknown[]): void =>
      hold(
        () => original(...answers),
        () => outcome(...answers),
      );
  const watched = new Map<unknown, unknown>([
    [succeed, watch(succeed as AnyHandler, (result) => outcomeOf(undefined, result))],
    [fail, watch(fail as AnyHandler, (error) => fault(error ?? 'handled'))],
    [done, watch(done as AnyHandler, outcomeOf)],
  ]);
  return new Proxy(context, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      return Object.isFrozen(target) ? value : (watched.get(value) ?? value);
    },
  });
}
