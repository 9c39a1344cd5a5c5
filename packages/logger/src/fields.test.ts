import { afterEach, describe, expect, it, vi } from 'vitest';
import { keeping, timeless } from './logger.fixture.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a child logger', () => {
  it('puts its fields before those of the line; the innermost value of a key counts', () => {
    const { log, lines } = keeping({ fields: { service: 'shop', b: 0 } });
    const child = log.with({ a: 1, b: 2 });
    child.info('one', { c: 3 });
    child.with({ a: 'again' }).info('two', { b: 'own', d: 4 });
    log.info('three');
    expect(lines.map((line) => JSON.stringify(timeless(line)))).toEqual([
      '{"level":"INFO","message":"one","service":"shop","b":2,"a":1,"c":3}',
      '{"level":"INFO","message":"two","service":"shop","a":"again","b":"own","d":4}',
      '{"level":"INFO","message":"three","service":"shop","b":0}',
    ]);
  });

  it('reads its values when it is made', () => {
    const { log, lines } = keeping();
    const order = { id: 1 };
    const child = log.with({ order });
    order.id = 2;
    child.info('hi', { now: order });
    expect(lines.map(timeless)).toEqual([{ level: 'INFO', message: 'hi', order: { id: 1 }, now: { id: 2 } }]);
  });
});

describe('reserved keys', () => {
  it("stay the logger's own, in fields and bound fields, and a clash is said once", () => {
    const said: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.push(JSON.parse(String(text)).message);
      return true;
    });
    const { log, lines } = keeping();
    const forged = { level: 'x', message: 'x', timestamp: 'x', trace_id: 'x', span_id: 'x', trace_flags: 'x', mine: 1 };
    log.with({ request_id: 'x', cold_start: 'x', kept: 2 }).info('real', forged);
    log.info('real', { function_name: 'x', function_version: 'x', tenant_id: 'x' });
    vi.restoreAllMocks();
    expect(lines.map(timeless)).toEqual([
      { level: 'INFO', message: 'real', kept: 2, mine: 1 },
      { level: 'INFO', message: 'real' },
    ]);
    expect(said).toEqual(["tracelet: The log field request_id was left out: the key is the logger's own"]);
  });
});

describe('errors', () => {
  const cause = Object.assign(new TypeError('no route'), { stack: 'TypeError: no route\n    at dns' });
  const error = Object.assign(new Error('charge failed', { cause }), { stack: 'Error: charge failed\n    at pay' });
  const written = {
    type: 'Error',
    message: 'charge failed',
    stacktrace: error.stack,
    cause: { type: 'TypeError', message: 'no route', stacktrace: cause.stack },
  };

  it('may stand in the place of the fields, under any key, or alone', () => {
    const { log, lines } = keeping();
    log.error('bad', error);
    log.error('bad', { orderId: 1, why: error });
    log.error(error as never);
    expect(lines.map(timeless)).toEqual([
      { level: 'ERROR', message: 'bad', exception: written },
      { level: 'ERROR', message: 'bad', orderId: 1, why: written },
      { level: 'ERROR', message: 'charge failed', exception: written },
    ]);
  });

  it('name the members of an AggregateError and leave out properties of their own', () => {
    const { log, lines } = keeping();
    const all = new AggregateError([error, 'text'], 'both');
    all.stack = 'AggregateError: both';
    log.error('bad', Object.assign(all, { config: { headers: { authorization: 'Bearer s3cret' } } }));
    expect(lines.map(timeless)).toEqual([
      {
        level: 'ERROR',
        message: 'bad',
        exception: {
          type: 'AggregateError',
          message: 'both',
          stacktrace: 'AggregateError: both',
          errors: [written, 'text'],
        },
      },
    ]);
  });

  it('may be their own cause', () => {
    const { log, lines } = keeping();
    const loop = Object.assign(new Error('loop'), { stack: 'Error: loop' });
    loop.cause = loop;
    log.error('bad', loop);
    expect(lines.map(timeless)).toEqual([
      {
        level: 'ERROR',
        message: 'bad',
        exception: { type: 'Error', message: 'loop', stacktrace: 'Error: loop', cause: '[Circular]' },
      },
    ]);
  });
});

describe('whatever stands in the place of message and fields', () => {
  it('has a form', () => {
    const { log, lines } = keeping();
    const loose = log as unknown as Record<string, (...args: unknown[]) => void>;
    const given: unknown[][] = [
      [undefined],
      [{ id: 1 }],
      [7, 'text'],
      ['list', [1, 2]],
      ['date', new Date(0)],
      ['map', new Map([['a', 1]])],
      ['toJSON', { toJSON: () => ({ shown: true }), hidden: true }],
      ['null', null],
      ['none', Object.create(null, { a: { value: 1, enumerable: true } })],
    ];
    for (const args of given) loose.info?.(...args);
    expect(lines.map(timeless).map(({ level, ...rest }) => rest)).toEqual([
      { message: 'undefined' },
      { message: '{"id":1}' },
      { message: '7', value: 'text' },
      { message: 'list', value: [1, 2] },
      { message: 'date', value: '1970-01-01T00:00:00.000Z' },
      { message: 'map', a: 1 },
      { message: 'toJSON', shown: true },
      { message: 'null' },
      { message: 'none', a: 1 },
    ]);
  });
});
