import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';

/** A function that Node's emitters remove and report by its `listener`, the function that it stands for. */
type Listener = ((...args: unknown[]) => unknown) & { listener?: Listener };

const ADD_METHODS = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

/**
 * Makes the context manager that {@link startSdk} registers with the API: the active context follows calls, promises and
 * timers. Outside of any context it is `ROOT_CONTEXT`. `bind` takes functions, and emitters, whose listeners of that
 * moment on run in the context of the first `bind`; any other value comes back as it is.
 *
 * @see https://opentelemetry.io/docs/languages/js/context/#context-manager
 */
export function makeContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context | undefined>();
  /** Emitters and listeners that are bound already. */
  const bound = new WeakSet<object>();

  const manager: ContextManager & { readonly _asyncLocalStorage: unknown } = {
    // By the name that the SDK's own manager has it under: tracing channels are bound to it.
    _asyncLocalStorage: storage,
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (context, fn, thisArg, ...args) => storage.run(context, () => fn.apply(thisArg as never, args)),
    bind(context, target) {
      if (target instanceof EventEmitter) bindEmitter(context, target);
      else if (typeof target === 'function') return bindFunction(context, target as never);
      return target;
    },
    attach(context) {
      const before = storage.getStore();
      let isAttached = true;
      storage.enterWith(context);
      return {
        dispose() {
          if (isAttached) storage.enterWith(before);
          isAttached = false;
        },
      };
    },
    enable() {
      return this;
    },
    disable() {
      storage.disable();
      return this;
    },
  };
  return manager;

  function bindFunction<F extends Listener>(context: Context, target: F): F {
    const wrapper = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => target.apply(this, args));
    };
    return Object.defineProperty(wrapper, 'length', { value: target.length }) as F;
  }

  function bindEmitter(context: Context, emitter: EventEmitter): void {
    if (bound.has(emitter)) return;
    bound.add(emitter);
    for (const method of ADD_METHODS) {
      const add: (type: string | symbol, listener: Listener) => EventEmitter = emitter[method];
      emitter[method] = function (this: EventEmitter, type: string | symbol, listener: Listener) {
        return add.call(this, type, typeof listener === 'function' ? bindListener(context, listener) : listener);
      };
    }
  }

  function bindListener(context: Context, listener: Listener): Listener {
    if (bound.has(listener)) return listener;
    const inner = listener.listener as Listener;
    if (bound.has(inner)) {
      // `once` adds a wrapper of its own through `on`: it goes by the user's function, so that it can be removed by it.
      listener.listener = inner.listener as Listener;
      return listener;
    }
    const wrapper = bindFunction(context, listener);
    bound.add(wrapper);
    wrapper.listener = listener;
    return wrapper;
  }
}
