import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlineSignal } from './deadline.ts';
import type { Log, LogLevel } from './log.ts';
import { idlePipeline } from './pipeline.ts';
import { type Scope, scope } from './scope.ts';
import { shared } from './shared.ts';
import { span } from './span.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { sqsRecord } from './triggers/batch.fixture.ts';

/** A log that notes its lines, with the request that each was said in. */
function listLog(lines: unknown[][], bound = {}): Log {
  const method =
    (level: LogLevel) =>
    (message: string, fields?: object): void =>
      void lines.push([level, message, { ...bound, ...fields }, scope()?.context.awsRequestId]);
  const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
  const methods = Object.fromEntries(levels.map((level) => [level, method(level)])) as unknown as Log;
  return { ...methods, with: (fields) => listLog(lines, { ...bound, ...fields }) };
}

/** Runs code that has lost its async context, as an old callback library does. */
const lost = <T>(fn: () => T): T => shared().frames.exit(fn);

beforeEach(() => shared().troubles.clear());

describe('scope()', () => {
  it('is undefined outside an invocation, and the same object everywhere inside one', async () => {
    expect(scope()).toBeUndefined();
    const { lambda } = recorder();
    const context = fakeContext();
    const handler = lambda(async () => {
      const first = scope();
      await new Promise((resolve) => setTimeout(resolve));
      return span('inner', () => scope() === first && first?.context === context);
    });
    expect(await handler('e', context)).toBe(true);
    expect(scope()).toBeUndefined();
  });

  it("is the record's inside a record, and the invocation's around it", async () => {
    const { lambda, spans } = recorder();
    const handler = lambda.sqs(async (_record, given) => {
      expect(scope()).toBe(given);
      expect(given.span).toBe(given.span);
      expect(given.log).toBe(given.log);
      given.set({ of: 'record' });
    });
    const plugin = { name: 'p', invocation: () => () => scope()?.set({ of: 'nothing' }) };
    await handler({ Records: [sqsRecord('m1')] }, fakeContext());
    await lambda.with({ plugins: [plugin] })(async () => scope()?.set({ of: 'invocation' }))('e', fakeContext());
    expect(spans().map(({ name, attributes }) => [name, attributes.of])).toEqual([
      ['process orders', 'record'],
      ['process orders', undefined],
      ['shop', undefined],
      ['shop', 'invocation'],
    ]);
  });
});

describe('a bound scope', () => {
  it('starts spans and sets attributes where the async context was lost', async () => {
    const { lambda, tree, attributes } = recorder();
    let outside: Scope | undefined;
    const handler = lambda(async () => {
      outside = scope();
      const { span: bound } = outside as Scope;
      const till = {
        rate: 2,
        price: bound.wrap('price', function (this: { rate: number }, amount: number) {
          return this.rate * amount;
        }),
      };
      return lost(() => {
        bound.set({ kept: true });
        return bound('outer', () => {
          bound('inner', { attributes: { given: 1 } }, () => bound.set({ innermost: true }));
          return lost(() => till.price(21));
        });
      });
    });
    expect(await handler('e', fakeContext())).toBe(42);
    expect(tree()).toEqual(['shop SERVER', '  outer INTERNAL', '    inner INTERNAL', '  price INTERNAL']);
    expect([attributes('shop'), attributes('inner')]).toMatchObject([{ kept: true }, { given: 1, innermost: true }]);
  });

  it('logs with its own request where the async context was lost', async () => {
    const lines: unknown[][] = [];
    const { lambda } = recorder({ parts: { log: listLog(lines) } });
    const handler = lambda(async () => {
      const { log } = scope() as Scope;
      lost(() => {
        for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level, { a: 1 });
        log.with({ b: 2 }).with({ c: 3 }).info('child');
      });
    });
    await handler('e', fakeContext({ awsRequestId: 'r1' }));
    expect(lines).toEqual([
      ...['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((level) => [level, level, { a: 1 }, 'r1']),
      ['info', 'child', { b: 2, c: 3 }, 'r1'],
    ]);
  });

  it('of an idle pipeline logs nothing', async () => {
    const { log } = idlePipeline();
    expect([log.info('x'), log.with({ a: 1 }).error('x')]).toEqual([undefined, undefined]);
  });
});

describe('signal', () => {
  const startedAtMs = Date.now();

  it('aborts 100 ms before the deadline, and says why', async () => {
    vi.useFakeTimers();
    const { lambda } = recorder();
    const seen: unknown[] = [];
    const handler = lambda(async () => {
      const { signal } = scope() as Scope;
      expect(scope()?.signal).toBe(signal);
      await vi.advanceTimersByTimeAsync(2899);
      seen.push(signal.aborted);
      await vi.advanceTimersByTimeAsync(1);
      seen.push(signal.aborted, String(signal.reason));
    });
    await handler('e', fakeContext());
    vi.useRealTimers();
    expect(seen).toEqual([
      false,
      true,
      'TraceletError: [deadline_near] Lambda ends this invocation in 100 ms. Do less, or raise the time-out of the function.',
    ]);
  });

  it.each([
    ['never when the deadline is unknown', Infinity, false],
    ['never when the deadline is further away than a timer can be set', startedAtMs + 2 ** 40, false],
    ['at once when the deadline has passed', startedAtMs - 1000, true],
  ])('aborts %s', async (_when, deadlineMs, aborted) => {
    const { get, dispose } = deadlineSignal(deadlineMs);
    const signal = get();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([signal.aborted, get() === signal]).toEqual([aborted, true]);
    dispose();
  });

  it('leaves no timer behind, whether asked for in the invocation or by late code of it', async () => {
    vi.useFakeTimers();
    const { lambda } = recorder({ parts: { tracer: idlePipeline().tracer } });
    let late: Scope | undefined;
    await lambda(async () => scope()?.signal)('e', fakeContext());
    await lambda(async () => {
      late = scope();
    })('e', fakeContext());
    expect(late?.signal.aborted).toBe(false);
    const timers = vi.getTimerCount();
    vi.useRealTimers();
    expect(timers).toBe(0);
  });
});
