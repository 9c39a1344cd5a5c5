import { tracingChannel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Rig, rig } from './rig.fixture.ts';
import { fromTracingChannel } from './tracing-channel.ts';

interface Query {
  readonly sql: string;
  readonly result?: readonly unknown[];
}

const channel = tracingChannel<unknown, Query>('shop.query');
let on: Rig;

beforeEach(() => {
  on = rig([
    fromTracingChannel<Query>('shop.query', {
      name: ({ sql }) => sql.split(' ')[0] ?? 'query',
      attributes: ({ sql }) => ({ 'db.query.text': sql }),
      result: ({ result }) => (result === undefined ? {} : { 'db.response.returned_rows': result.length }),
    }),
  ]);
});
afterEach(() => on.dispose());

const facts = () =>
  on.finished().map(({ name, kind, status, attributes }) => ({ name, kind: SpanKind[kind], status, attributes }));

const select = {
  name: 'SELECT',
  kind: 'CLIENT',
  status: { code: 0 },
  attributes: { 'db.query.text': 'SELECT 1', 'db.response.returned_rows': 2 },
};

describe('a call', () => {
  it('that returns is a span', async () => {
    const rows = await on.invoke(() => channel.traceSync(() => [1, 2], { sql: 'SELECT 1' }));
    expect(rows).toEqual([1, 2]);
    expect(facts()).toEqual([select]);
  });

  it('that gives a promise is a span until that settles', async () => {
    await on.invoke(async () => {
      const pending = channel.tracePromise(() => sleep(30, [1, 2]), { sql: 'SELECT 1' });
      expect(facts()).toEqual([]);
      await pending;
    });
    expect(facts()).toEqual([select]);
    expect(on.finished()[0]?.duration[1]).toBeGreaterThan(25e6);
  });

  it('that takes a callback is a span until that is called', async () => {
    const query = (done: (error: unknown, rows: readonly number[]) => void): void => {
      setTimeout(() => done(undefined, [1, 2]), 5);
    };
    await on.invoke(
      () =>
        new Promise<void>((resolve) => {
          channel.traceCallback(query, 0, { sql: 'SELECT 1' }, undefined, () => {
            expect(facts()).toEqual([select]);
            resolve();
          });
        }),
    );
    expect(facts()).toEqual([select]);
  });

  it('that throws or rejects says so, and the error passes through', async () => {
    const error = Object.assign(new Error('no such table'), { code: '42P01' });
    const context = { sql: 'DROP x' };
    const outcomes = await on.invoke(() =>
      Promise.allSettled([
        new Promise(() => channel.traceSync(() => fail(error), { ...context })),
        channel.tracePromise(() => Promise.reject(error), { ...context }),
      ]),
    );
    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason === error)).toEqual([true, true]);
    const failed = {
      name: 'DROP',
      kind: 'CLIENT',
      status: { code: 2, message: 'no such table' },
      attributes: { 'db.query.text': 'DROP x', 'error.type': '42P01' },
    };
    expect(facts()).toEqual([failed, failed]);
  });

  it('that the caller gives up is no error', async () => {
    const stop = AbortSignal.abort();
    await on.invoke(() =>
      channel.tracePromise(() => Promise.reject(stop.reason), { sql: 'SELECT 1' }).catch(() => undefined),
    );
    expect(facts()).toEqual([{ ...select, attributes: { 'db.query.text': 'SELECT 1' } }]);
  });

  it('that throws what cannot be read says that much', async () => {
    const { proxy: hostile, revoke } = Proxy.revocable({}, {});
    revoke();
    const thrown = await on.invoke(() => {
      try {
        return channel.traceSync(() => fail(hostile), { sql: 'SELECT 1' });
      } catch (error) {
        return [error];
      }
    });
    expect((thrown as readonly unknown[])[0] === hostile).toBe(true);
    expect(facts()).toEqual([
      {
        ...select,
        status: { code: 2, message: 'the thrown value could not be described' },
        attributes: { 'db.query.text': 'SELECT 1', 'error.type': 'unknown' },
      },
    ]);
  });

  it('outside an invocation is not traced', () => {
    expect(channel.traceSync(() => 1, { sql: 'SELECT 1' })).toBe(1);
    expect(facts()).toEqual([]);
  });
});

describe('what runs inside a call', () => {
  const inner = tracingChannel<unknown, Query>('shop.inner');
  const tree = () => on.finished().map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId] as const);
  const idOf = (name: string) =>
    on
      .finished()
      .find((span) => span.name === name)
      ?.spanContext().spanId;

  beforeEach(() => {
    on.dispose();
    const name = ({ sql }: Query): string => sql;
    on = rig([fromTracingChannel<Query>('shop.query', { name }), fromTracingChannel<Query>('shop.inner', { name })]);
  });

  it('is its child, also after it has waited', async () => {
    await on.invoke(async () => {
      await channel.tracePromise(
        async () => {
          inner.traceSync(() => 1, { sql: 'first' });
          await sleep(1);
          inner.traceSync(() => 1, { sql: 'second' });
        },
        { sql: 'outer' },
      );
      inner.traceSync(() => 1, { sql: 'after' });
    });
    const outer = idOf('outer');
    const above = on.finished().find(({ name }) => name === 'outer')?.parentSpanContext?.spanId;
    expect(tree()).toEqual([
      ['first', outer],
      ['second', outer],
      ['outer', above],
      ['after', above],
    ]);
  });

  it('is not what its callback runs', async () => {
    const query = (done: () => void): void => {
      setTimeout(done, 1);
    };
    await on.invoke(
      () =>
        new Promise<void>((resolve) => {
          channel.traceCallback(query, 0, { sql: 'outer' }, undefined, () => {
            inner.traceSync(() => 1, { sql: 'inside the callback' });
            resolve();
          });
        }),
    );
    const [[, outer], [, inside]] = tree() as unknown as [[string, string], [string, string]];
    expect(inside).toBe(outer);
  });
});

describe('a spec', () => {
  it('may say that a call is over which gave no result', async () => {
    const sync = rig([fromTracingChannel('shop.query', { name: 'query', isOver: ({ isAsync }) => !isAsync })]);
    await sync.invoke(
      () => channel.start.runStores({ sql: '1' }, () => undefined) ?? channel.end.publish({ sql: '1' }),
    );
    expect(sync.finished()).toEqual([]);
    const message = { sql: '2' };
    await sync.invoke(() => channel.start.runStores(message, () => channel.end.publish(message)));
    expect(sync.finished()).toHaveLength(1);
    sync.dispose();
  });

  it('may give a fixed name and a kind', async () => {
    const plain = rig([fromTracingChannel('shop.query', { name: 'query', kind: SpanKind.PRODUCER })]);
    await plain.invoke(() => channel.traceSync(() => 1, { sql: 'SELECT 1' }));
    expect(plain.finished().map(({ name, kind }) => [name, SpanKind[kind]])).toEqual([['query', 'PRODUCER']]);
    plain.dispose();
  });

  it('that throws costs what it would have said, not the span and not the call', async () => {
    const throwing = (): never => fail(new Error('bad spec'));
    const broken = rig([fromTracingChannel('shop.query', { name: throwing, attributes: throwing, result: throwing })]);
    expect(await broken.invoke(() => channel.traceSync(() => 1, { sql: 'SELECT 1' }))).toBe(1);
    expect(broken.finished().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
      { name: 'shop.query', attributes: {} },
    ]);
    broken.dispose();
  });
});

it('takes nothing from a spec that answers later, and handles its rejections', async () => {
  const late = (): never => Promise.reject(new Error('late')) as never;
  const wrong = rig([
    fromTracingChannel('shop.query', { name: 'query', attributes: late, result: late, isOver: late }),
  ]);
  expect(await wrong.invoke(() => channel.traceSync(() => 1, { sql: 'SELECT 1' }))).toBe(1);
  await sleep(1);
  expect(wrong.finished().map(({ name, attributes }) => ({ name, attributes }))).toEqual([
    { name: 'query', attributes: {} },
  ]);
  wrong.dispose();
});

describe('a disposed plugin', () => {
  it('ends what is open, and starts nothing more', async () => {
    await on.invoke(async () => {
      const pending = channel.tracePromise(() => sleep(10, []), { sql: 'SELECT 1' });
      on.dispose();
      expect(facts().map(({ name }) => name)).toEqual(['SELECT']);
      await pending;
      await channel.tracePromise(() => sleep(1), { sql: 'SELECT 2' });
    });
    expect(facts()).toHaveLength(1);
  });
});

function fail(error: unknown): never {
  throw error;
}
