import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Dispose, survive } from '@tracelet/core';

/**
 * Listens to a diagnostics channel until disposed. What the listener throws is contained and said once: an exception in
 * a subscriber would end the process.
 */
export function listen<M>(channel: string, listener: (message: M) => void): Dispose {
  const onMessage = (message: unknown): void => guard(channel, () => listener(message as M));
  subscribe(channel, onMessage);
  return () => {
    unsubscribe(channel, onMessage);
  };
}

/** Runs code of ours inside somebody else's call. */
export function guard(channel: string, fn: () => void): void {
  survive(`channel_failed:${channel}`, `Tracing ${channel}`, fn, undefined);
}
