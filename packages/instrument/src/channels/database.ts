import type { Attributes } from '@opentelemetry/api';
import type { Dispose, Plugin, PluginHost } from '@tracelet/core';
import {
  CONNECTION_REUSED,
  DB_NAMESPACE,
  DB_OPERATION_BATCH_SIZE,
  DB_OPERATION_NAME,
  DB_QUERY_TEXT,
  DB_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../attributes.ts';
import { fromTracingChannel } from '../tracing-channel.ts';
import { type Connections, connections, type ServerMessage } from './connections.ts';

/** What drivers of databases tell on their channels, by the names that they share. */
export interface DatabaseMessage extends ServerMessage {
  readonly database?: string | number | undefined;
  /** SQL; its values are in members of their own, which are not read. */
  readonly query?: unknown;
  /** A command of Redis, and its arguments with the values left out by the driver. */
  readonly command?: unknown;
  readonly args?: unknown;
  readonly batchMode?: unknown;
  readonly batchSize?: unknown;
}

/** How a driver is traced. */
export interface DatabaseOptions {
  /** Whether spans carry the text of queries. Drivers put values into it only where the caller did. Default: `true`. */
  readonly queryText?: boolean | undefined;
}

/** The channels of one driver, `connect` among them. */
export interface DriverChannels {
  readonly calls: readonly string[];
  readonly connect: string;
}

/** A plugin for a driver that publishes tracing channels: a span per query and per connection that is opened. */
export function databasePlugin(
  name: string,
  system: string,
  { calls, connect }: DriverChannels,
  { queryText = true }: DatabaseOptions,
): Plugin {
  return {
    name,
    setup(host: PluginHost): Dispose {
      const known = connections();
      const disposers: (Dispose | undefined)[] = [known.watch(connect)];
      const trace = (channel: string, isCall: boolean): void => {
        const plugin = fromTracingChannel<DatabaseMessage>(channel, {
          // What was waiting for the connection is sent inside, and is not part of connecting.
          isParent: isCall,
          name: (message) => spanName(message, isCall, system),
          attributes: (message) => describe(message, system, queryText, isCall ? known : undefined),
        });
        disposers.push(plugin.setup?.(host) ?? undefined);
      };
      for (const channel of calls) trace(channel, true);
      trace(connect, false);
      return () => {
        for (const dispose of disposers) dispose?.();
      };
    },
  };
}

/** `{operation} {namespace}` as far as known: https://opentelemetry.io/docs/specs/semconv/database/database-spans/#name */
function spanName(message: DatabaseMessage, isCall: boolean, system: string): string {
  const { database } = message;
  const target = typeof database === 'string' && database !== '' ? database : undefined;
  const operation = isCall ? operationOf(message) : 'connect';
  return [operation, target].filter((part) => part !== undefined).join(' ') || system;
}

function describe(
  message: DatabaseMessage,
  system: string,
  queryText: boolean,
  known: Connections | undefined,
): Attributes {
  const { database, serverAddress, serverPort, query, args, command, batchSize } = message;
  const attributes: Attributes = { [DB_SYSTEM_NAME]: system };
  if (database !== undefined && database !== '') attributes[DB_NAMESPACE] = String(database);
  if (serverAddress !== undefined) attributes[SERVER_ADDRESS] = serverAddress;
  if (serverPort !== undefined) attributes[SERVER_PORT] = serverPort;
  const operation = known && operationOf(message);
  if (operation !== undefined) attributes[DB_OPERATION_NAME] = operation;
  const text = typeof query === 'string' ? query : commandText(command, args);
  if (queryText && text !== undefined) attributes[DB_QUERY_TEXT] = text;
  if (typeof batchSize === 'number') attributes[DB_OPERATION_BATCH_SIZE] = batchSize;
  const reused = known?.isReused(message);
  if (reused !== undefined) attributes[CONNECTION_REUSED] = reused;
  return attributes;
}

function operationOf({ query, command, batchMode }: DatabaseMessage): string | undefined {
  const found = typeof query === 'string' ? /^\W*(\w+)/.exec(query)?.[1] : (command ?? batchMode);
  return typeof found === 'string' ? found.toUpperCase() : undefined;
}

/** The arguments of ioredis come without the command, those of node-redis with it. */
function commandText(command: unknown, args: unknown): string | undefined {
  if (typeof command !== 'string') return undefined;
  const words = Array.isArray(args) ? args.map(String) : [];
  if (words[0]?.toLowerCase() === command.toLowerCase()) words.shift();
  return [command, ...words].join(' ');
}
