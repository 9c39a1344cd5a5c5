export { type DatabaseOptions, fastify, ioredis, mysql2, nodeRedis } from '@tracelet/instrument/channels';
