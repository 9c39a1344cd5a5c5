// Plugins for packages that publish tracing channels themselves.
export type { DatabaseOptions } from './channels/database.ts';
export { fastify } from './channels/fastify.ts';
export { ioredis } from './channels/ioredis.ts';
export { mysql2 } from './channels/mysql2.ts';
export { nodeRedis } from './channels/node-redis.ts';
