import type { BroadcastChannel } from 'node:worker_threads';
import type { Flusher } from '@tracelet/core';

/** How long what was recorded waits for more. */
const EVERY_MS = 1000;

/** What the main thread sends when the process is about to end; see {@link drainChannel}. */
export const DRAIN = 'drain';

/** Lambda leaves 600 ms to the process; a flush keeps 50 of what it is given. */
const DRAIN_MS = 600;

/**
 * A flusher for Lambda Managed Instances, where many invocations share a thread and nothing is ever frozen: they only
 * see to it that a flush follows within a second, and wait for none.
 *
 * Worker threads do not get signals. When the main thread passes one on (`@tracelet/lambda/managed-instances`), what
 * there is leaves at once.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
 */
export function timedFlusher({ flush }: Flusher): Flusher {
  let timer: NodeJS.Timeout | undefined;
  drainChannel().onmessage = (event) => {
    if ((event as { data?: unknown }).data === DRAIN) void flush(Date.now() + DRAIN_MS);
  };
  const flushNow = (): void => {
    timer = undefined;
    void flush(Infinity);
  };
  return {
    async flush() {
      if (!timer) timer = setTimeout(flushNow, EVERY_MS).unref();
    },
  };
}

/** What reaches every thread of the process, and keeps none of them alive. */
export function drainChannel(): BroadcastChannel {
  const channel = new (process.getBuiltinModule('node:worker_threads').BroadcastChannel)('tracelet.v1');
  channel.unref();
  return channel;
}
