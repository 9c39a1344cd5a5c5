import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Dispose, survive } from '@tracelet/core';

/**
 * Listens to a diagnostics channel until disposed. What the listener throws is contained and said once: an exception in
 * a subscriber would end the process.
 */
export function listen<M>(channel: string, listener: (message: M) => void): Dispose {
  const onMessage = guarded(channel, listener as (message: unknown) => void);
  subscribe(channel, onMessage);
  return () => {
    unsubscribe(channel, onMessage);
  };
}

/** A function of ours for somebody else to call: what it throws is contained and said once. */
export function guarded<A extends readonly unknown[]>(channel: string, fn: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    // Not by `survive`, which takes a closure and two texts a message.
    try {
      fn(...args);
    } catch (error) {
      sayFailed(channel, error);
    }
  };
}

/** Runs code of ours inside somebody else's call. */
export function guard(channel: string, fn: () => void): void {
  guarded(channel, fn)();
}

function sayFailed(channel: string, error: unknown): void {
  survive(`channel_failed:${channel}`, `Tracing ${channel}`, () => {
    throw error;
  });
}
