import { types } from 'node:util';
import { diagnose, sayFailure, survive } from './diagnose.ts';
import type { Finish, Plugin } from './plugin.ts';
import { shared } from './shared.ts';
import type { Outcome } from './trigger.ts';

/** How long one hook may hold an invocation up, in milliseconds, and how often it may do so for longer. */
const SLOW_MS = 100;
const STRIKES = 3;

/** Hooks that have been called and wait for the end. */
export interface RunningHooks {
  finish(outcome: Outcome): void;
}

/**
 * Calls one hook of every plugin, in order; their finishers run in reverse. A plugin that fails is said once, and so is
 * one that is slow, which is left out once it has been so three times.
 */
export function runHooks(plugins: readonly Plugin[], hook: (plugin: Plugin) => Finish | void): RunningHooks {
  const finishers = plugins.map((plugin) => {
    const isOut = (shared().troubles.get(slowCode(plugin)) ?? 0) >= STRIKES;
    const finish = isOut ? undefined : timed(plugin, () => hook(plugin));
    return (outcome: Outcome): void => {
      if (typeof finish === 'function') timed(plugin, () => finish(outcome));
    };
  });
  return {
    finish(outcome) {
      for (const finish of finishers.toReversed()) finish(outcome);
    },
  };
}

/** Runs a plugin's code. What it throws, or rejects with if it is async against the contract, is said once. */
export function guardPlugin<T>(plugin: Plugin, fn: () => T): T | undefined {
  const code = `plugin_failed:${plugin.name}`;
  const where = `The plugin ${plugin.name}`;
  const result = survive(code, where, fn);
  if (types.isPromise(result)) result.catch((error) => sayFailure(code, where, error));
  return result;
}

/** Code that is running cannot be stopped from outside; what can be done is to call it no more. */
function timed<T>(plugin: Plugin, fn: () => T): T | undefined {
  const startedMs = performance.now();
  const result = guardPlugin(plugin, fn);
  if (performance.now() - startedMs > SLOW_MS) {
    const what = `The plugin ${plugin.name} held an invocation up for more than ${SLOW_MS} ms`;
    diagnose(slowCode(plugin), what, `Mend or remove it; after ${STRIKES} times it is not called any more.`);
  }
  return result;
}

function slowCode({ name }: Plugin): string {
  return `plugin_slow:${name}`;
}
