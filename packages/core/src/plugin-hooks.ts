import { diagnose, sayFailure, sayRejection } from './diagnose.ts';
import { monotonicMs } from './monotonic.ts';
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
  const running: (readonly [Plugin, Finish])[] = [];
  for (const plugin of plugins) {
    if (isOut(plugin)) continue;
    const finish = timed(plugin, hook, plugin);
    if (typeof finish === 'function') running.push([plugin, finish]);
  }
  return {
    finish(outcome) {
      for (let at = running.length - 1; at >= 0; at--) {
        const [plugin, finish] = running[at] as (typeof running)[number];
        timed(plugin, finish, outcome);
      }
    },
  };
}

/** Runs a plugin's code. What it throws, or rejects with if it is async against the contract, is said once. */
export function guardPlugin<A, T>(plugin: Plugin, fn: (argument: A) => T, argument: A): T | undefined {
  const { name } = plugin;
  try {
    const result = fn(argument);
    // Most hooks return nothing or a finisher.
    if (typeof result === 'object') sayRejection(`plugin_failed:${name}`, `The plugin ${name}`, result);
    return result;
  } catch (error) {
    sayFailure(`plugin_failed:${name}`, `The plugin ${name}`, error);
    return undefined;
  }
}

/** Code that is running cannot be stopped from outside; what can be done is to call it no more. */
function timed<A, T>(plugin: Plugin, fn: (argument: A) => T, argument: A): T | undefined {
  const startedMs = monotonicMs();
  const result = guardPlugin(plugin, fn, argument);
  if (monotonicMs() - startedMs > SLOW_MS) {
    const what = `The plugin ${plugin.name} held an invocation up for more than ${SLOW_MS} ms`;
    diagnose(slowCode(plugin), what, `Mend or remove it; after ${STRIKES} times it is not called any more.`);
  }
  return result;
}

function isOut(plugin: Plugin): boolean {
  const { troubles } = shared();
  return troubles.size > 0 && (troubles.get(slowCode(plugin)) ?? 0) >= STRIKES;
}

function slowCode({ name }: Plugin): string {
  return `plugin_slow:${name}`;
}
