import { currentFrame, type Dispose } from '@tracelet/core';
import { listen } from '../listen.ts';

/** The server that a driver's message names. */
export interface ServerMessage {
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
}

/** Remembers in which invocation the latest connection to each server was opened. */
export interface Connections {
  /** Listens to the channel that tells of connections. */
  watch(channel: string): Dispose;
  /** Whether the latest connection was opened before the current invocation; nothing where none was seen. */
  isReused(message: ServerMessage): boolean | undefined;
}

/** Makes the book of connections of one driver. */
export function connections(): Connections {
  const openedIn = new Map<string, unknown>();
  const keyOf = ({ serverAddress, serverPort }: ServerMessage): string => `${serverAddress}:${serverPort}`;
  const opened = (message: ServerMessage): void => {
    openedIn.set(keyOf(message), currentFrame()?.invocation.requestId);
  };
  return {
    watch: (channel) => listen(`tracing:${channel}:start`, opened),
    isReused(message) {
      const key = keyOf(message);
      return openedIn.has(key) ? openedIn.get(key) !== currentFrame()?.invocation.requestId : undefined;
    },
  };
}
