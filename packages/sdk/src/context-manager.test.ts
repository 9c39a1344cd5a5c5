import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { describe, expect, it } from 'vitest';
import { makeContextManager } from './context-manager.ts';

const KEY = createContextKey('name');
const A = ROOT_CONTEXT.setValue(KEY, 'A');
const B = ROOT_CONTEXT.setValue(KEY, 'B');
const name = (manager: ContextManager): unknown => manager.active().getValue(KEY);

describe.each<[string, () => ContextManager]>([
  ['makeContextManager', makeContextManager],
  ['the library', () => new AsyncLocalStorageContextManager()],
])('the context manager of %s', (_, make) => {
  it('is at the root context outside of any other', () => {
    expect(make().active()).toBe(ROOT_CONTEXT);
  });

  it('runs a function in a context, with its receiver and arguments, and comes back', () => {
    const manager = make();
    const self = { id: 1 };
    function seen(this: unknown, ...args: number[]): unknown[] {
      return [this, args, manager.active(), manager.with(B, () => manager.active()), manager.active()];
    }
    expect(manager.with(A, seen, self, 1, 2)).toStrictEqual([self, [1, 2], A, B, A]);
    expect(manager.with(A, () => 'value')).toBe('value');
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  it('passes an error on and comes back', () => {
    const manager = make();
    const fail = (): never => {
      throw new RangeError('no');
    };
    expect(() => manager.with(A, fail)).toThrow(RangeError);
    expect(() => manager.bind(A, fail)()).toThrow(RangeError);
    expect(manager.active()).toBe(ROOT_CONTEXT);
  });

  it('keeps the contexts of work side by side apart', async () => {
    const manager = make();
    const work = async (): Promise<unknown[]> => {
      const before = name(manager);
      await delay(1);
      const timer = new Promise((resolve) => setImmediate(() => resolve(name(manager))));
      return [before, await timer, name(manager)];
    };
    const found = await Promise.all([manager.with(A, work), manager.with(B, work), work()]);
    expect(found).toStrictEqual([
      ['A', 'A', 'A'],
      ['B', 'B', 'B'],
      [undefined, undefined, undefined],
    ]);
  });

  it('binds a function: its receiver, arguments, result and length stay', () => {
    const manager = make();
    const seen = manager.bind(A, function (this: unknown, first: number, second: number): unknown[] {
      return [this, first, second, name(manager)];
    });
    const self = { seen };
    expect(manager.with(B, () => self.seen(1, 2))).toStrictEqual([self, 1, 2, 'A']);
    expect(Object.getOwnPropertyDescriptor(seen, 'length')).toStrictEqual({
      value: 2,
      writable: false,
      enumerable: false,
      configurable: true,
    });
    expect(manager.bind(B, seen).call(null, 1, 2)).toStrictEqual([null, 1, 2, 'A']);
  });

  it.each([undefined, null, 0, 'text', Symbol.iterator, {}, [], new Map(), Promise.resolve(), new EventTarget()])(
    'gives back %s as it is',
    (value) => {
      expect(make().bind(A, value)).toBe(value);
    },
  );

  it('attaches a context until it is disposed, once', () => {
    const manager = make();
    const run = (): unknown[] => {
      const outer = manager.attach?.(A);
      const inner = manager.attach?.(B);
      const found = [name(manager)];
      inner?.dispose();
      found.push(name(manager));
      outer?.dispose();
      found.push(name(manager));
      const again = manager.attach?.(B);
      outer?.dispose();
      found.push(name(manager));
      again?.dispose();
      return [...found, manager.active() === ROOT_CONTEXT];
    };
    expect(run()).toStrictEqual(['B', 'A', undefined, 'B', true]);
    expect(manager.with(A, () => [manager.attach?.(B).dispose(), name(manager)])).toStrictEqual([undefined, 'A']);
  });

  it('carries an attached context into what is started in it', async () => {
    const manager = make();
    const token = manager.attach?.(A);
    const later = delay(1).then(() => name(manager));
    token?.dispose();
    expect([await later, name(manager)]).toStrictEqual(['A', undefined]);
  });

  it('is at the root context when disabled, and works again after that', () => {
    const manager = make();
    expect(manager.enable()).toBe(manager);
    const found = manager.with(A, () => [manager.disable() === manager, manager.active() === ROOT_CONTEXT]);
    expect(found).toStrictEqual([true, true]);
    expect(manager.with(B, () => name(manager))).toBe('B');
  });

  it('keeps the first context of an emitter', () => {
    const manager = make();
    const emitter = new EventEmitter();
    expect(manager.bind(A, emitter)).toBe(emitter);
    expect(manager.bind(B, emitter)).toBe(emitter);
    const found: unknown[] = [];
    emitter.on('event', () => found.push(name(manager)));
    emitter.emit('event');
    expect(found).toStrictEqual(['A']);
  });

  it('leaves the context of a listener that was bound before', () => {
    const manager = make();
    const emitter = manager.bind(A, new EventEmitter());
    const found: unknown[] = [];
    emitter.once(
      'event',
      manager.bind(B, () => found.push(name(manager))),
    );
    emitter.emit('event');
    expect(found).toStrictEqual(['B']);
  });

  it('calls a listener of once a single time, whatever it emits itself', () => {
    const manager = make();
    const emitter = manager.bind(A, new EventEmitter());
    const found: unknown[] = [];
    emitter.once('event', () => {
      found.push(name(manager));
      emitter.emit('event');
    });
    emitter.emit('event');
    expect([found, emitter.eventNames()]).toStrictEqual([['A'], []]);
  });

  it('binds streams, and emitters that add by another of their methods', async () => {
    const manager = make();
    class Own extends EventEmitter {
      override on(event: string, listener: () => void): this {
        return this.addListener(event, listener);
      }
    }
    const found: unknown[] = [];
    const listener = (): number => found.push(name(manager));
    const own = manager.bind(A, new Own());
    own.on('event', listener).emit('event');
    own.off('event', listener).emit('event');
    const stream = manager.bind(B, new PassThrough());
    stream.on('data', listener).end('text');
    await once(stream, 'end');
    expect([found, own.eventNames()]).toStrictEqual([['A', 'B'], []]);
  });

  it('refuses what is no listener', () => {
    const emitter = make().bind(A, new EventEmitter());
    for (const listener of [undefined, null, 1, {}]) {
      expect(() => emitter.on('event', listener as never)).toThrow(TypeError);
      expect(() => emitter.once('event', listener as never)).toThrow(TypeError);
    }
    expect(emitter.eventNames()).toStrictEqual([]);
  });
});

describe('an emitter bound by makeContextManager', () => {
  const library = new AsyncLocalStorageContextManager();

  it('removes a listener as often as it was added, where the library leaves all but the last', () => {
    const left = (manager: ContextManager): number => {
      const emitter = manager.bind(A, new EventEmitter());
      const listener = (): void => undefined;
      emitter.on('event', listener).on('event', listener);
      return emitter.off('event', listener).off('event', listener).listenerCount('event');
    };
    expect([left(makeContextManager()), left(library)]).toStrictEqual([0, 1]);
  });

  it('shows the functions that were added, where the library shows its wrappers', () => {
    const shows = (manager: ContextManager): boolean => {
      const emitter = manager.bind(A, new EventEmitter());
      const listener = (): void => undefined;
      return emitter.on('event', listener).listeners('event')[0] === listener;
    };
    expect([shows(makeContextManager()), shows(library)]).toStrictEqual([true, false]);
  });

  it('binds what is added while another is added, where the library forgets it', () => {
    const found = (manager: ContextManager): unknown => {
      const emitter = manager.bind(A, new EventEmitter());
      let seen: unknown;
      emitter.once('newListener', () => emitter.on('inner', () => (seen = name(manager))));
      emitter.on('outer', () => undefined).emit('inner');
      return seen;
    };
    expect([found(makeContextManager()), found(library)]).toStrictEqual(['A', undefined]);
  });
});
