import { setImmediate as turn } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { isTraceletError } from './errors.ts';
import type { Flusher } from './flush.ts';
import { callbackContext, fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';

const boom = new TypeError('boom');
const failed = ['shop SERVER ERROR(boom) exception(TypeError: boom)'];

it('gives back the result of an async handler by identity, inside a SERVER span named after the function', async () => {
  const { lambda, tree, attributes } = recorder();
  const result = { ok: true };
  const handler = lambda(async (event, context) => (event === 'e' && context.functionName === 'shop' ? result : event));
  expect(await handler('e', fakeContext())).toBe(result);
  expect(tree()).toEqual(['shop SERVER']);
  expect(attributes('shop')).toEqual({
    'aws.lambda.invoked_arn': 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
    'cloud.account.id': '123456789012',
    'cloud.resource_id': 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
    'faas.coldstart': true,
    'faas.invocation.id': 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    'faas.trigger': 'other',
    'tracelet.trigger': 'unknown',
    'tracelet.initialization_type': 'on-demand',
  });
});

it('gives back the result of an async handler on runtime client 3 too, after the flush', async () => {
  const order: unknown[] = [];
  const { lambda } = recorder({ parts: { flusher: { flush: async () => void order.push('flushed') } } });
  const result = {};
  expect(await lambda(async () => result)('e', callbackContext())).toBe(result);
  expect(order).toEqual(['flushed']);
});

it('rejects with the error of an async handler by identity and records it once', async () => {
  const { lambda, tree, attributes } = recorder();
  const handler = lambda(async () => Promise.reject(boom));
  expect(await settled(handler('e', fakeContext()))).toEqual({ error: boom });
  expect(tree()).toEqual(failed);
  expect(attributes('shop')).toMatchObject({ 'error.type': 'TypeError' });
});

it.each([undefined, null, '', 0, false])('passes the falsy rejection %s on as it is', async (nothing) => {
  const { lambda, spans } = recorder();
  expect(await settled(lambda(() => Promise.reject(nothing))('e', fakeContext()))).toEqual({ error: nothing });
  expect(spans()[0]?.status.code).toBe(2);
});

it('makes a promise of a synchronous result on runtime client 4, where both mean the same', async () => {
  const { lambda, tree } = recorder();
  const result = {};
  const returned = invoke(
    lambda(() => result),
    'e',
    fakeContext(),
  );
  expect(returned).toBeInstanceOf(Promise);
  expect(await returned).toBe(result);
  expect(tree()).toEqual(['shop SERVER']);
});

it('leaves a synchronous result synchronous on runtime client 3, where it is ignored', () => {
  const { lambda, tree } = recorder();
  const result = {};
  expect(
    invoke(
      lambda(() => result),
      'e',
      callbackContext(),
    ),
  ).toBe(result);
  expect(tree()).toEqual(['shop SERVER']);
});

it('rejects with what a handler throws synchronously on runtime client 4', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda(() => {
    throw boom;
  });
  expect(await settled(handler('e', fakeContext()))).toEqual({ error: boom });
  expect(tree()).toEqual(failed);
});

it('throws what a handler throws synchronously on runtime client 3', () => {
  const { lambda, tree } = recorder();
  const handler = lambda(() => {
    throw boom;
  });
  expect(() => handler('e', callbackContext())).toThrow(boom);
  expect(tree()).toEqual(failed);
});

it('asks a lazy thenable once, and gives what it resolves to', async () => {
  const { lambda, tree } = recorder();
  const result = {};
  let asked = 0;
  // biome-ignore lint/suspicious/noThenProperty: a query builder is such a thenable
  const query = { then: (resolve: (value: unknown) => void) => resolve([++asked, result]) };
  expect(
    await invoke(
      lambda(() => query),
      'e',
      fakeContext(),
    ),
  ).toEqual([1, result]);
  expect(tree()).toEqual(['shop SERVER']);
});

it('ends the span and passes the error on when the result throws as its then is read', async () => {
  const { lambda, tree } = recorder();
  const hostile = () =>
    Object.defineProperty({}, 'then', {
      get: () => {
        throw boom;
      },
    });
  expect(await settled(invoke(lambda(hostile), 'e', fakeContext()))).toEqual({ error: boom });
  expect(tree()).toEqual(failed);
});

it('keeps name, length, properties and this', async () => {
  const { lambda } = recorder();
  const mark = Symbol('mark');
  const original = Object.assign(
    async function placeOrder(this: unknown, _event: unknown, _context: unknown) {
      return this;
    },
    { [mark]: 1, config: { a: 1 } },
  );
  Object.defineProperty(original, 'frozen', { value: 2 });
  const handler = lambda(original);
  const self = {};
  expect(await Reflect.apply(handler, self, ['e', fakeContext()])).toBe(self);
  expect(Object.getOwnPropertyDescriptors(handler)).toMatchObject({
    name: { value: 'placeOrder' },
    length: { value: 2 },
    [mark]: { value: 1 },
    config: { value: original.config },
    frozen: { value: 2, writable: false },
  });
});

it('reads as the handler does, and is of its kind', () => {
  const { lambda } = recorder();
  const asynchronous = async (event: unknown): Promise<unknown> => event;
  const wrapped = lambda(asynchronous);
  expect([`${wrapped}`, wrapped.constructor.name]).toEqual([`${asynchronous}`, 'AsyncFunction']);
  expect(Object.keys(wrapped)).toEqual([]);
  const spoken = Object.assign(() => {}, { toString: () => 'spoken' });
  expect(String(lambda(Object.freeze(spoken)))).toBe('spoken');
  const inherited = Object.setPrototypeOf(async () => {}, { config: { a: 1 } });
  expect((lambda(inherited) as { config?: unknown }).config).toEqual({ a: 1 });
});

it('passes every argument on', async () => {
  const { lambda } = recorder();
  const handler = lambda(async (...args: unknown[]) => args);
  const context = fakeContext();
  expect(await invoke(handler, 'e', context, 1, 2)).toEqual(['e', context, 1, 2]);
});

it('returns a wrapped handler as it is', async () => {
  const { lambda, tree } = recorder();
  const once = lambda(async () => {});
  expect(lambda(once)).toBe(once);
  expect(lambda.with({})(once)).toBe(once);
  await once('e', fakeContext());
  expect(tree()).toEqual(['shop SERVER']);
});

it('records one invocation where a wrapped handler reaches another one with the same context, as through middleware', async () => {
  const { lambda, tree } = recorder();
  const result = {};
  const inner = lambda(async () => result);
  const outer = lambda(async (event: unknown, context: Context) => invoke(inner, event, context));
  expect(await outer('e', fakeContext())).toBe(result);
  expect(tree()).toEqual(['shop SERVER']);
  const streaming = lambda.stream(async () => {});
  const router = lambda.stream(async (event, stream, context) => streaming(event, stream, context));
  await router('e', {} as never, fakeContext());
  expect(tree()).toEqual(['shop SERVER', 'shop SERVER']);
});

it('records an invocation of its own where a wrapped handler is called with another context', async () => {
  const { lambda, tree } = recorder();
  const inner = lambda(async () => 'done');
  const outer = lambda(async () => inner('other', fakeContext()));
  expect(await outer('e', fakeContext())).toBe('done');
  expect(tree()).toEqual(['shop SERVER', 'shop SERVER']);
});

it.each([
  [undefined, 'a value of type undefined'],
  [null, 'a value of type null'],
  [{}, 'a value of type object'],
  ['index.handler', 'a value of type string'],
])('throws a TraceletError for the handler %s', (handler, given) => {
  const { lambda } = recorder();
  const error = (() => {
    try {
      return lambda(handler as never);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(isTraceletError(error)).toBe(true);
  expect(String(error)).toBe(
    `TraceletError: [handler_not_a_function] lambda() was given ${given}, not a function. Give it the function itself.`,
  );
});

it('arms the flusher for handlers whose response need not wait, as they are wrapped', () => {
  const armed: string[] = [];
  const flusher = { flush: async () => {}, arm: () => void armed.push('armed') };
  const { lambda } = recorder({ parts: { flusher } });
  lambda((_event: unknown, _context: unknown, callback: () => void) => callback());
  lambda.stream(async () => {});
  lambda.record(() => {});
  expect(armed).toEqual([]);
  lambda(async () => {});
  lambda.sqs(() => {});
  expect(armed).toEqual(['armed', 'armed']);
  const disabled = recorder({ parts: { flusher, enabled: false } });
  disabled.lambda(async () => {});
  expect(armed).toHaveLength(2);
});

it('leaves it to the flusher when an invocation may answer, but for streams', async () => {
  const order: string[] = [];
  const flusher: Flusher = {
    flush: async () => void order.push('flush'),
    begin(requestId) {
      order.push(`begin ${requestId}`);
      return async (deadlineMs) => void order.push(`end ${Math.abs(deadlineMs - Date.now() - 3000) < 500}`);
    },
  };
  const { lambda } = recorder({ parts: { flusher } });
  const { awsRequestId } = fakeContext();
  await invoke(
    lambda(async () => order.push('ran')),
    'e',
    fakeContext(),
  );
  await invoke(
    lambda.stream(async () => void order.push('streamed')),
    'e',
    {},
    fakeContext(),
  );
  expect(order).toEqual([`begin ${awsRequestId}`, 'ran', 'end true', 'streamed', 'flush']);
});

it('answers only after the flush, which gets the deadline', async () => {
  const order: unknown[] = [];
  const flusher = {
    async flush(deadlineMs: number) {
      order.push(Math.abs(deadlineMs - Date.now() - 3000) < 500);
      await turn();
      order.push('flushed');
    },
  };
  const { lambda } = recorder({ parts: { flusher } });
  for (const handler of [lambda(async () => order.push('ran')), lambda(() => order.push('ran'))]) {
    await invoke(handler, 'e', fakeContext());
    order.push('answered');
  }
  expect(order).toEqual(['ran', true, 'flushed', 'answered', 'ran', true, 'flushed', 'answered']);
});
