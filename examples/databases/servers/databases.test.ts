import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SinkSpan, spanTree, startRuntime, startSink } from '@tracelet/testing';
import { build, transform } from 'esbuild';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import event from '../event.json' with { type: 'json' };

const { DATABASE_URL = '', REDIS_URL = '' } = process.env;
const example = join(import.meta.dirname, '..');
const entry = join(example, 'handler.ts');
const folder = mkdtempSync(join(tmpdir(), 'tracelet-databases-'));
const redis = new Redis(REDIS_URL);
const database = new pg.Client(DATABASE_URL);

beforeAll(async () => {
  await database.connect();
  await database.query('CREATE TABLE prices (product text PRIMARY KEY, price int)');
  await database.query("INSERT INTO prices VALUES ('lamp', 20)");
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  await database.end();
  redis.disconnect();
  rmSync(folder, { recursive: true, force: true });
});

it.each([
  ['unbundled', placeAlone],
  ['bundled as an ES module', (taskRoot: string) => bundle(taskRoot, 'esm')],
  ['bundled as CommonJS', (taskRoot: string) => bundle(taskRoot, 'cjs')],
])('%s, each query is a span, and a connection is told that was there before', async (_, place) => {
  const taskRoot = mkdtempSync(join(folder, 'function-'));
  await place(taskRoot);
  const sink = await startSink();
  const runtime = await startRuntime({
    handler: 'index.handler',
    taskRoot,
    client: { kind: 'loop' },
    env: { DATABASE_URL, REDIS_URL, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
  });
  const invoke = async (): Promise<string> => {
    sink.clear();
    const result = await runtime.invoke(event);
    expect(result).toMatchObject({ status: 'success', payload: 20 });
    await sink.waitFor({ spans: 1 });
    const attributes = ['db.system.name', 'db.query.text', 'tracelet.connection.reused'];
    return String(spanTree(sink.spans.filter(isDownstream), { attributes }));
  };
  try {
    const first = await invoke();
    await redis.flushall();
    const second = await invoke();
    expect(first).toMatchInlineSnapshot(`
      "SERVER local-function  links=1
        CLIENT connect  db.system.name=redis
        CLIENT GET  db.system.name=redis db.query.text="get lamp" tracelet.connection.reused=false
        CLIENT pg-pool.connect  db.system.name=postgresql
          CLIENT pg.connect  db.system.name=postgresql
        CLIENT pg.query:SELECT postgres  db.system.name=postgresql db.query.text="SELECT price FROM prices WHERE product = $1"
        CLIENT SET  db.system.name=redis db.query.text="set lamp ?" tracelet.connection.reused=false"
    `);
    expect(second).toMatchInlineSnapshot(`
      "SERVER local-function  links=1
        CLIENT GET  db.system.name=redis db.query.text="get lamp" tracelet.connection.reused=true
        CLIENT pg-pool.connect  db.system.name=postgresql
        CLIENT pg.query:SELECT postgres  db.system.name=postgresql db.query.text="SELECT price FROM prices WHERE product = $1"
        CLIENT SET  db.system.name=redis db.query.text="set lamp ?" tracelet.connection.reused=true"
    `);
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
});

/** Not what the driver says to a server for its own sake, which depends on the server's version. */
function isDownstream({ name }: SinkSpan): boolean {
  return !['init', 'HELLO', 'CLIENT', 'INFO'].includes(name);
}

async function placeAlone(taskRoot: string): Promise<void> {
  const { code } = await transform(await readFile(entry, 'utf8'), { loader: 'ts', format: 'esm' });
  writeFileSync(join(taskRoot, 'index.mjs'), code);
  symlinkSync(join(example, 'node_modules'), join(taskRoot, 'node_modules'));
}

async function bundle(taskRoot: string, format: 'esm' | 'cjs'): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile: join(taskRoot, format === 'esm' ? 'index.mjs' : 'index.cjs'),
    bundle: true,
    format,
    platform: 'node',
    target: 'node22',
    logLevel: 'error',
    external: ['pg-native'],
    banner:
      format === 'esm'
        ? { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" }
        : {},
  });
}
