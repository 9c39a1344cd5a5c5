import { EventEmitter } from 'node:events';
import { type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeContextManager } from './context-manager.ts';

type Step =
  | { do: 'on' | 'addListener' | 'once' | 'prependListener' | 'prependOnceListener'; event: string; which: number }
  | { do: 'off' | 'removeListener'; event: string; which: number }
  | { do: 'emit'; event: string; args: number[] }
  | { do: 'removeAllListeners'; event: string | undefined };

const KEY = createContextKey('name');
const BOUND = ROOT_CONTEXT.setValue(KEY, 'bound');
const CALLER = ROOT_CONTEXT.setValue(KEY, 'caller');

const event = fc.constantFrom('a', 'b');
const which = fc.nat({ max: 3 });
const add = fc.record({
  do: fc.constantFrom('on', 'addListener', 'once', 'prependListener', 'prependOnceListener'),
  event,
  which,
});
const remove = fc.record({ do: fc.constantFrom('off', 'removeListener'), event, which });
const emit = fc.record({ do: fc.constant('emit'), event, args: fc.array(fc.nat(), { maxLength: 4 }) });
const removeAll = fc.record({ do: fc.constant('removeAllListeners'), event: fc.option(event, { nil: undefined }) });
const steps = fc.array(
  fc.oneof(
    { arbitrary: add, weight: 4 },
    { arbitrary: remove, weight: 2 },
    { arbitrary: emit, weight: 3 },
    { arbitrary: removeAll, weight: 1 },
  ),
  { maxLength: 30 },
) as fc.Arbitrary<Step[]>;

describe('an emitter bound by makeContextManager', () => {
  it('calls its listeners as one bound by the library does', () => {
    fc.assert(
      fc.property(steps, steps, (before, after) => {
        const [ours, library] = [makeContextManager(), new AsyncLocalStorageContextManager()];
        // A listener that is there twice cannot be removed twice from the library's.
        const options = { isAddedOnce: true };
        expect(play(ours, before, after, options)).toStrictEqual(play(library, before, after, options));
      }),
      { numRuns: 500 },
    );
  });

  it('holds and calls its listeners as one that is not bound does, but for their context', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const plain = play(makeContextManager(), all, [], { isListed: true });
        const bound = play(makeContextManager(), [], all, { isListed: true });
        expect(bound).toStrictEqual(plain.map((seen) => (seen.context ? { ...seen, context: 'bound' } : seen)));
      }),
      { numRuns: 500 },
    );
  });
});

type Seen = { step?: Step['do']; result?: unknown; listeners?: unknown; listener?: number; context?: unknown };

/** What is seen of an emitter that takes some steps, is bound, and takes some more. */
function play(
  manager: ContextManager,
  before: readonly Step[],
  after: readonly Step[],
  options: { isAddedOnce?: boolean; isListed?: boolean },
): Seen[] {
  const seen: Seen[] = [];
  const emitter = new EventEmitter();
  const added = new Set<string>();
  const listeners = [0, 1, 2, 3].map(
    (listener) =>
      function (this: unknown, ...args: unknown[]): void {
        const context = manager.active().getValue(KEY);
        seen.push({ listener, context, result: [this === emitter, args] });
      },
  );
  const take = (step: Step): unknown => {
    if (step.do === 'emit') return emitter.emit(step.event, ...step.args);
    if (step.do === 'removeAllListeners') {
      return (step.event ? emitter.removeAllListeners(step.event) : emitter.removeAllListeners()) === emitter;
    }
    const isAdding = step.do !== 'off' && step.do !== 'removeListener';
    const id = `${step.event}${step.which}`;
    if (isAdding && options.isAddedOnce && added.has(id)) return 'there already';
    if (isAdding) added.add(id);
    return emitter[step.do](step.event, listeners[step.which] as () => void) === emitter;
  };
  const record = (step: Step): void => {
    const result = manager.with(CALLER, () => take(step));
    seen.push({ step: step.do, result, listeners: ['a', 'b'].map((name) => held(name)) });
  };
  const held = (name: string): unknown => {
    if (!options.isListed) return emitter.listenerCount(name);
    return emitter.listeners(name).map((listener) => listeners.indexOf(listener as () => void));
  };
  before.forEach(record);
  manager.bind(BOUND, emitter);
  after.forEach(record);
  return seen;
}
