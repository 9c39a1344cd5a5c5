import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { defineLambda } from '@tracelet/lambda';
import { ioredis } from '@tracelet/lambda/channels';
import { Redis } from 'ioredis';
import pg from 'pg';

const lambda = defineLambda({
  // `pg` publishes no tracing channels: OpenTelemetry's own instrumentation, given the modules that it is to patch.
  instrumentations: [[new PgInstrumentation(), { pg, 'pg-pool': pg.Pool }]],
  // `ioredis` publishes them from version 5.11 on.
  plugins: [ioredis()],
});

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1 });
const redis = new Redis(process.env.REDIS_URL ?? '', { lazyConnect: true });

/** A price: out of the cache, else out of the table. */
export const handler = lambda(async ({ product }: { readonly product: string }) => {
  const cached = await redis.get(product);
  if (cached !== null) return Number(cached);
  const { rows } = await pool.query<{ price: number }>('SELECT price FROM prices WHERE product = $1', [product]);
  const price = rows[0]?.price ?? 0;
  await redis.set(product, price);
  return price;
});
