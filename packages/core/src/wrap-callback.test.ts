import { setImmediate as turn } from 'node:timers/promises';
import type { Callback } from 'aws-lambda';
import { expect, it } from 'vitest';
import { printed } from './stdout.fixture.ts';
import { callbackContext, invoke, recorder, settled } from './tracing.fixture.ts';

const boom = new TypeError('boom');
const failed = ['shop SERVER ERROR(boom) exception(TypeError: boom)'];

/** Calls a wrapped callback handler and notes every answer with its arguments. */
function call(handler: unknown): { returned: unknown; answers: readonly unknown[][]; answered: Promise<void> } {
  const answers: unknown[][] = [];
  let answered = (): void => {};
  const first = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const callback = (...args: unknown[]): void => {
    answers.push(args);
    answered();
  };
  return { returned: invoke(handler, 'e', callbackContext(), callback), answers, answered: first };
}

it('passes the answer of a callback handler on by identity, after the flush', async () => {
  const order: string[] = [];
  const flusher = { flush: async () => void order.push('flushed') };
  const { lambda, tree } = recorder({ parts: { flusher } });
  const result = {};
  const handler = lambda((_event: unknown, _context: unknown, callback: Callback) => {
    setTimeout(() => {
      order.push('answering');
      callback(null, result);
    });
  });
  expect(handler).toHaveLength(3);
  const { returned, answers, answered } = call(handler);
  expect(returned).toBeUndefined();
  expect(tree()).toEqual([]);
  await answered;
  expect(answers).toEqual([[null, result]]);
  expect(answers[0]?.[1]).toBe(result);
  expect(order).toEqual(['answering', 'flushed']);
  expect(tree()).toEqual(['shop SERVER']);
});

it('passes the error of a callback handler on by identity and records it', async () => {
  const { lambda, tree } = recorder();
  const { answers, answered } = call(lambda((_e: unknown, _c: unknown, callback: Callback) => callback(boom)));
  await answered;
  expect(answers).toEqual([[boom]]);
  expect(answers[0]?.[0]).toBe(boom);
  expect(tree()).toEqual(failed);
});

it('passes a second answer on but ends the invocation once', async () => {
  let flushes = 0;
  const { lambda, tree } = recorder({ parts: { flusher: { flush: async () => void flushes++ } } });
  const { answers, answered } = call(
    lambda((_e: unknown, _c: unknown, callback: Callback) => {
      callback(null, 1);
      callback(boom, 2 as never);
    }),
  );
  await answered;
  await turn();
  expect(answers).toEqual([
    [null, 1],
    [boom, 2],
  ]);
  expect(flushes).toBe(1);
  expect(tree()).toEqual(['shop SERVER']);
});

it('settles like the promise that a callback handler returns, when it never calls back', async () => {
  const { lambda, tree } = recorder();
  const result = {};
  const good = call(lambda(async (_e: unknown, _c: unknown, _callback: Callback) => result));
  expect(await good.returned).toBe(result);
  const bad = call(lambda(async (_e: unknown, _c: unknown, _callback: Callback) => Promise.reject(boom)));
  expect(await settled(bad.returned)).toEqual({ error: boom });
  expect([...good.answers, ...bad.answers]).toEqual([]);
  expect(tree()).toEqual(['shop SERVER', ...failed]);
});

it('lets the first of callback and promise decide the outcome, and passes both on', async () => {
  const { lambda, tree } = recorder();
  const { returned, answers } = call(
    lambda(async (_e: unknown, _c: unknown, callback: Callback) => {
      callback(null, 'called');
      throw boom;
    }),
  );
  expect(await settled(returned)).toEqual({ error: boom });
  expect(answers).toEqual([[null, 'called']]);
  expect(tree()).toEqual(['shop SERVER']);
});

it('throws what a callback handler throws synchronously', () => {
  const { lambda, tree } = recorder();
  const handler = lambda((_e: unknown, _c: unknown, _callback: Callback) => {
    throw boom;
  });
  expect(() => call(handler)).toThrow(boom);
  expect(tree()).toEqual(failed);
});

it('ends the span when the result of a callback handler throws as its then is read', () => {
  const { lambda, tree } = recorder();
  const hostile = (_e: unknown, _c: unknown, _callback: unknown) =>
    Object.defineProperty({}, 'then', {
      get: () => {
        throw boom;
      },
    });
  expect(() => call(invoke(lambda, hostile))).toThrow(boom);
  expect(tree()).toEqual(failed);
});

it('hands a handler of three parameters the arguments it got when no callback is among them', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda(async (event: unknown, context: unknown, callback: unknown) => [event, context, callback]);
  const context = callbackContext();
  expect(await invoke(handler, 'e', context)).toEqual(['e', context, undefined]);
  expect(tree()).toEqual(['shop SERVER']);
});

it("leaves an exception of the runtime's callback an exception", async () => {
  const { lambda } = recorder();
  const handler = lambda((_e: unknown, _c: unknown, callback: Callback) => callback(null, 1));
  const listeners = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners('uncaughtException');
  const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve));
  invoke(handler, 'e', callbackContext(), () => {
    throw boom;
  });
  expect(await uncaught).toBe(boom);
  for (const listener of listeners) process.on('uncaughtException', listener);
});

it('answers also when the flusher rejects', async () => {
  const flusher = { flush: () => Promise.reject(new Error('no backend')) };
  const { lambda } = recorder({ parts: { flusher } });
  const lines = await printed(async () => {
    const { answers, answered } = call(lambda((_e: unknown, _c: unknown, callback: Callback) => callback(null, 1)));
    await answered;
    expect(answers).toEqual([[null, 1]]);
  });
  expect(lines).toMatchObject([{ code: 'flush_failed' }]);
});
