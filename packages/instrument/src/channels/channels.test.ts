import { tracingChannel } from 'node:diagnostics_channel';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { type Rig, rig } from '../rig.fixture.ts';
import { fastify } from './fastify.ts';
import { ioredis } from './ioredis.ts';
import { mysql2 } from './mysql2.ts';
import { nodeRedis } from './node-redis.ts';

let on: Rig;
afterEach(() => on.dispose());

const told = () => on.finished().map(({ name, kind, attributes }) => ({ name, kind: SpanKind[kind], ...attributes }));
const promise = (channel: string, message: object) =>
  tracingChannel(channel).tracePromise(async () => undefined, message);
const server = { serverAddress: 'db.internal', serverPort: 3306 };

describe('mysql2', () => {
  const query = { query: ' select * from orders where id = ?', values: [42], database: 'shop', ...server };

  it('has a span per query, without its values', async () => {
    on = rig([mysql2()]);
    await on.invoke(() => promise('mysql2:query', query));
    expect(told()).toEqual([
      {
        name: 'SELECT shop',
        kind: 'CLIENT',
        'db.system.name': 'mysql',
        'db.namespace': 'shop',
        'db.operation.name': 'SELECT',
        'db.query.text': query.query,
        'server.address': 'db.internal',
        'server.port': 3306,
      },
    ]);
  });

  it('tells a connection of an earlier invocation from a new one', async () => {
    on = rig([mysql2({ queryText: false })]);
    await on.invoke(async () => {
      await promise('mysql2:connect', { database: 'shop', ...server });
      await promise('mysql2:execute', query);
    }, 'r-1');
    await on.invoke(() => promise('mysql2:query', query), 'r-2');
    expect(
      told().map((span) => [span.name, 'db.query.text' in span, (span as never)['tracelet.connection.reused']]),
    ).toEqual([
      ['connect shop', false, undefined],
      ['SELECT shop', false, false],
      ['SELECT shop', false, true],
    ]);
  });

  it('is none the worse for messages of another shape', async () => {
    on = rig([mysql2()]);
    await on.invoke(() =>
      Promise.all([{}, { query: 7 }, { database: 0, query: '' }].map((odd) => promise('mysql2:query', odd))),
    );
    expect(told().map(({ name }) => name)).toEqual(['mysql', 'mysql', 'mysql']);
  });
});

it('ioredis has a span per command and per transaction', async () => {
  on = rig([ioredis()]);
  const redis = { database: 0, serverAddress: 'cache.internal', serverPort: 6379 };
  await on.invoke(async () => {
    await promise('ioredis:command', { command: 'set', args: ['lamp', '?'], ...redis });
    await promise('ioredis:batch', { batchMode: 'MULTI', batchSize: 3, ...redis });
  });
  expect(told()).toMatchObject([
    { name: 'SET', 'db.system.name': 'redis', 'db.namespace': '0', 'db.query.text': 'set lamp ?' },
    { name: 'MULTI', 'db.operation.batch.size': 3 },
  ]);
});

it('node-redis names a command once, though its arguments repeat it', async () => {
  on = rig([nodeRedis()]);
  await on.invoke(() => promise('node-redis:command', { command: 'GET', args: ['GET', 'lamp'] }));
  expect(told()).toMatchObject([{ name: 'GET', 'db.query.text': 'GET lamp' }]);
});

describe('fastify', () => {
  const channel = tracingChannel('fastify.request.handler');
  const route = { url: '/pets/:id', method: 'GET' };

  it('has a span per handler, until that has answered', async () => {
    on = rig([fastify()]);
    const message = { request: { method: 'GET' }, reply: { statusCode: 200 }, route, async: false };
    await on.invoke(() => channel.start.runStores(message, () => channel.end.publish(message)));
    expect(told()).toEqual([
      { name: 'GET /pets/:id', kind: 'INTERNAL', 'http.route': '/pets/:id', 'http.response.status_code': 200 },
    ]);
  });

  it('waits for one that answers later', async () => {
    on = rig([fastify()]);
    const message = { request: { method: 'GET' }, route, async: true };
    await on.invoke(async () => {
      channel.start.runStores(message, () => channel.end.publish(message));
      expect(told()).toEqual([]);
      channel.asyncStart.publish(message);
    });
    expect(told()).toMatchObject([{ name: 'GET /pets/:id' }]);
  });
});
