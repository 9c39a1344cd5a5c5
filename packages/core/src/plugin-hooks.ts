import { types } from 'node:util';
import { sayFailure, survive } from './diagnose.ts';
import type { Finish, Plugin } from './plugin.ts';
import type { Outcome } from './trigger.ts';

/** Hooks that have been called and wait for the end. */
export interface RunningHooks {
  finish(outcome: Outcome): void;
}

/** Calls one hook of every plugin, in order; their finishers run in reverse. A plugin that fails is said once. */
export function runHooks(plugins: readonly Plugin[], hook: (plugin: Plugin) => Finish | void): RunningHooks {
  const finishers = plugins.map((plugin) => {
    const finish = guardPlugin(plugin, () => hook(plugin));
    return (outcome: Outcome): void => {
      if (typeof finish === 'function') guardPlugin(plugin, () => finish(outcome));
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
