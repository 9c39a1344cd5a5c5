import type { Plugin } from '@tracelet/core';
import { type DatabaseOptions, databasePlugin } from './database.ts';

/**
 * A span per command, pipeline and transaction of `redis` (node-redis), and per connection that it opens, from the tracing
 * channels that it publishes itself from 5.12 on. The driver leaves out the values that commands write. Works bundled and in ES modules.
 *
 * @see https://github.com/redis/node-redis
 */
export function nodeRedis(options: DatabaseOptions = {}): Plugin {
  const calls = ['node-redis:command', 'node-redis:batch'];
  return databasePlugin('node-redis', 'redis', { calls, connect: 'node-redis:connect' }, options);
}
