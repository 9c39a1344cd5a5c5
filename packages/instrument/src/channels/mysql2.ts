import type { Plugin } from '@tracelet/core';
import { type DatabaseOptions, databasePlugin } from './database.ts';

/**
 * A span per query of `mysql2`, and per connection that it opens, from the tracing channels that it publishes itself from
 * 3.20 on. Works bundled and in ES modules.
 *
 * @see https://sidorares.github.io/node-mysql2/docs
 */
export function mysql2(options: DatabaseOptions = {}): Plugin {
  return databasePlugin(
    'mysql2',
    'mysql',
    { calls: ['mysql2:query', 'mysql2:execute'], connect: 'mysql2:connect' },
    options,
  );
}
