import { survive } from './diagnose.ts';
import type { Finish, Plugin } from './plugin.ts';
import type { Outcome } from './trigger.ts';

/** Hooks that have been called and wait for the end. */
export interface RunningHooks {
  finish(outcome: Outcome): void;
}

const none: RunningHooks = { finish: () => {} };

/** Calls one hook of every plugin, in order; their finishers run in reverse. A plugin that throws is said once. */
export function runHooks(plugins: readonly Plugin[], hook: (plugin: Plugin) => Finish | void): RunningHooks {
  if (plugins.length === 0) return none;
  const finishers = plugins.map((plugin) => {
    const guard = <T>(fn: () => T): T | undefined => {
      return survive(`plugin_failed:${plugin.name}`, `The plugin ${plugin.name}`, fn, undefined);
    };
    const finish = guard(() => hook(plugin));
    return (outcome: Outcome): void => {
      if (typeof finish === 'function') guard(() => finish(outcome));
    };
  });
  return {
    finish(outcome) {
      for (const finish of finishers.toReversed()) finish(outcome);
    },
  };
}
