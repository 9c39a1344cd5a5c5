import { setImmediate as turn } from 'node:timers/promises';
import type { Callback, Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { scope } from './scope.ts';
import { callbackContext, fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';

const boom = new TypeError('boom');
const failed = ['shop SERVER ERROR(boom) exception(TypeError: boom)'];

type Answers = (readonly unknown[])[];

/** A context of runtime client 3 that notes what its functions are called with. */
function notingContext(answers: Answers, parts: object = {}): Context {
  const note =
    (name: string) =>
    (...given: readonly unknown[]): void =>
      void answers.push([name, ...given]);
  return callbackContext({ succeed: note('succeed'), fail: note('fail'), done: note('done'), ...parts });
}

interface Call {
  readonly returned: unknown;
  readonly answers: Answers;
  readonly context: Context;
}

/** Calls a wrapped handler as runtime client 3 does. */
function call(handler: unknown, parts: object = {}): Call {
  const answers: Answers = [];
  const context = notingContext(answers, parts);
  const callback = (...given: readonly unknown[]): void => void answers.push(['callback', ...given]);
  return { returned: invoke(handler, 'e', context, callback), answers, context };
}

async function turns(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await turn();
}

/** A flush that takes until it is told to end. */
function slowFlush(): { flush(): Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { flush: () => promise, end: resolve };
}

const result = { a: 1 };

it.each<[string, (context: Context) => void, Answers[0], readonly string[]]>([
  ['succeed', (context) => context.succeed(result), ['succeed', result], ['shop SERVER']],
  ['fail', (context) => context.fail(boom), ['fail', boom], failed],
  [
    'fail without an error',
    (context) => invoke(context.fail),
    ['fail'],
    ['shop SERVER ERROR(handled) exception(string: handled)'],
  ],
  ['done', (context) => context.done(undefined, result), ['done', undefined, result], ['shop SERVER']],
  ['done with an error', (context) => context.done(boom, result), ['done', boom, result], failed],
])(
  'ends the invocation when the handler answers through %s of the context, and passes that on after the flush',
  async (_name, answer, passed, lines) => {
    const flusher = slowFlush();
    const { lambda, tree } = recorder({ parts: { flusher } });
    const { answers, returned } = call(
      lambda((_event: unknown, context: Context) => {
        setTimeout(() => answer(context));
      }),
    );
    expect(returned).toBeUndefined();
    expect(tree()).toEqual([]);
    await expect.poll(() => tree()).toEqual(lines);
    await turns();
    expect(answers).toEqual([]);
    flusher.end();
    await turns();
    expect(answers).toEqual([passed]);
  },
);

it('takes the callback of a handler that declares no parameter for it', async () => {
  const { lambda, tree } = recorder();
  const { answers } = call(
    lambda((...args: readonly unknown[]) => void setTimeout(() => invoke(args[2], null, result))),
  );
  expect(tree()).toEqual([]);
  await expect.poll(() => answers).toEqual([['callback', null, result]]);
  expect(tree()).toEqual(['shop SERVER']);
});

it('ends the invocation of a handler that never answers when the event loop is empty', async () => {
  const { lambda, tree } = recorder();
  const before = process.listeners('beforeExit');
  const { answers } = call(lambda(() => 'ignored'));
  expect(tree()).toEqual([]);
  const [idle] = process.listeners('beforeExit').filter((listener) => !before.includes(listener));
  invoke(idle, 0);
  expect(tree()).toEqual(['shop SERVER']);
  await turns();
  expect(answers).toEqual([]);
  expect(process.listeners('beforeExit')).toEqual(before);
});

it('leaves no listener behind', async () => {
  const { lambda } = recorder();
  const count = (): readonly number[] => ['exit', 'beforeExit'].map((name) => process.listenerCount(name));
  const before = count();
  call(lambda((_event: unknown, _context: unknown, callback: Callback) => void setTimeout(() => callback(boom))));
  call(lambda((_event: unknown, context: Context) => context.succeed(result)));
  call(lambda(async () => result));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(count()).toEqual(before);
});

it('passes an answer that waits for the event loop on at once: the loop is not empty before the flush is done', () => {
  const flusher = slowFlush();
  const { lambda, tree } = recorder({ parts: { flusher } });
  const { answers } = call(
    lambda((_event: unknown, _context: unknown, callback: Callback) => callback(null, result)),
    { callbackWaitsForEmptyEventLoop: true },
  );
  expect(answers).toEqual([['callback', null, result]]);
  expect(tree()).toEqual(['shop SERVER']);
  flusher.end();
});

it('keeps the order of answers, whichever way they take', async () => {
  const { lambda, tree } = recorder();
  const { answers } = call(
    lambda((_event: unknown, context: Context, callback: Callback) => {
      callback(boom);
      callback(null, 1);
      context.done(undefined, 2);
      context.succeed(3);
    }),
    { callbackWaitsForEmptyEventLoop: true },
  );
  await turns();
  expect(answers).toEqual([
    ['callback', boom],
    ['callback', null, 1],
    ['done', undefined, 2],
    ['succeed', 3],
  ]);
  expect(tree()).toEqual(failed);
});

it('passes an answer on before the exception that the handler throws after it', () => {
  const { lambda, tree } = recorder();
  const answers: Answers = [];
  const handler = lambda((_event: unknown, context: Context) => {
    context.succeed(result);
    throw boom;
  });
  expect(() => invoke(handler, 'e', notingContext(answers), () => {})).toThrow(boom);
  expect(answers).toEqual([['succeed', result]]);
  expect(tree()).toEqual(['shop SERVER']);
});

it('passes an answer on before the promise that settles after it, and behind the one that settled before', async () => {
  const { lambda } = recorder();
  const order: unknown[] = [];
  const calls = (handler: unknown): unknown =>
    invoke(handler, 'e', callbackContext(), (_error: unknown, given: unknown) => order.push(given));
  await calls(
    lambda(async (_event: unknown, _context: unknown, callback: Callback) => {
      callback(null, 'called');
      return 'resolved';
    }),
  );
  order.push('resolved');
  await calls(
    lambda(async (_event: unknown, _context: unknown, callback: Callback) => {
      setImmediate(() => callback(null, 'called late'));
      return 'resolved';
    }),
  );
  order.push('resolved early');
  await expect.poll(() => order).toEqual(['called', 'resolved', 'resolved early', 'called late']);
});

it('passes held answers on when the process exits', () => {
  const { lambda } = recorder({ parts: { flusher: slowFlush() } });
  const before = process.listeners('exit');
  const { answers } = call(lambda((_event: unknown, context: Context) => context.succeed(result)));
  expect(answers).toEqual([]);
  for (const listener of process.listeners('exit')) if (!before.includes(listener)) invoke(listener, 0);
  expect(answers).toEqual([['succeed', result]]);
});

it('tells the runtime what its own callback throws at an answer of the handler, as if the handler had thrown it', async () => {
  const { lambda } = recorder();
  const answers: unknown[] = [];
  const handler = lambda((_event: unknown, _context: unknown, callback: Callback) => callback(null, result));
  invoke(handler, 'e', callbackContext(), (error: unknown, given: unknown) => {
    answers.push([error, given]);
    if (given === result) throw boom;
  });
  await turns();
  expect(answers).toEqual([
    [null, result],
    [boom, undefined],
  ]);
});

it('passes the callback of a test on, whose context has no functions to answer with, and hands on that context', async () => {
  const { lambda, tree } = recorder();
  const context = fakeContext({ callbackWaitsForEmptyEventLoop: true });
  const answers: unknown[] = [];
  const handler = lambda((_event: unknown, given: Context, callback: Callback) => callback(null, given));
  invoke(handler, 'e', context, (_error: unknown, given: unknown) => answers.push(given));
  await turns();
  expect(answers).toEqual([context]);
  expect(answers[0]).toBe(context);
  expect(tree()).toEqual(['shop SERVER']);
});

it('lets the flusher decide whether an answer waits, for a handler that declares no callback', async () => {
  const order: string[] = [];
  const begin = (requestId: string | undefined) => {
    order.push(`began ${requestId?.slice(0, 4)}`);
    return async () => void order.push('may answer');
  };
  const { lambda } = recorder({ parts: { flusher: { flush: async () => void order.push('flushed'), begin } } });
  expect(await call(lambda(async () => result)).returned).toBe(result);
  const { answers } = call(lambda((_e: unknown, _c: unknown, callback: Callback) => callback(boom)));
  await expect.poll(() => answers).toHaveLength(1);
  expect(order).toEqual(['began c6af', 'may answer', 'flushed']);
});

it('gives the handler a context that behaves as the one of the runtime, and writes nothing to that', async () => {
  const { lambda } = recorder();
  const own = (): void => {};
  const given = lambda(async (_event: unknown, context: Context & { mine?: unknown }) => {
    const { succeed } = context;
    const same = [context.succeed === succeed, scope()?.context === context];
    context.mine = result;
    Object.assign(context, { done: own });
    return [...same, context.done === own, Object.keys(context), context.getRemainingTimeInMillis()];
  });
  const answers: Answers = [];
  const context = notingContext(answers);
  const { succeed } = context;
  const keys = Object.keys(context);
  expect(await invoke(given, 'e', context, () => {})).toEqual([true, true, true, [...keys, 'mine'], 3000]);
  expect(context).toMatchObject({ mine: result, done: own });
  expect(context.succeed).toBe(succeed);
});

it('serves a context that is frozen', async () => {
  const { lambda, tree } = recorder();
  const answers: Answers = [];
  const context = Object.freeze(notingContext(answers));
  invoke(
    lambda((_event: unknown, given: Context) => given.succeed(result)),
    'e',
    context,
    () => {},
  );
  expect(answers).toEqual([['succeed', result]]);
  expect(tree()).toEqual([]);
  process.emit('beforeExit', 0);
  expect(tree()).toEqual(['shop SERVER']);
});

it('keeps the synchronous throw of a handler a throw, and ends its span', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda(() => {
    throw boom;
  });
  expect(() => call(handler)).toThrow(boom);
  expect(tree()).toEqual(failed);
  expect(await settled(call(lambda(async () => Promise.reject(boom))).returned)).toEqual({ error: boom });
});
