import type { Plugin } from '@tracelet/core';
import { type DatabaseOptions, databasePlugin } from './database.ts';

/**
 * A span per command and transaction of `ioredis`, and per connection that it opens, from the tracing channels that it
 * publishes itself from 5.11 on. The driver leaves out the values that commands write. Works bundled and in ES modules.
 *
 * @see https://github.com/redis/ioredis
 */
export function ioredis(options: DatabaseOptions = {}): Plugin {
  return databasePlugin(
    'ioredis',
    'redis',
    { calls: ['ioredis:command', 'ioredis:batch'], connect: 'ioredis:connect' },
    options,
  );
}
