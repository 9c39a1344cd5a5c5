import { events, fakeContext, harness } from '@tracelet/testing';
import { describe, expect, it } from 'vitest';
import { lambda, log, span } from './index.ts';

// Each failure here was seen in a toolkit or agent for Lambda that exists; none may come up in this one.

const { run } = harness();

describe('a log line', () => {
  it('is written whatever is logged, and shows what is in it', async () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle.self = cycle;
    const self = new Error('its own cause');
    self.cause = self;
    let deep: unknown = 1;
    for (let level = 0; level < 20_000; level += 1) deep = { deep };
    const fail = (): never => {
      throw new Error('hostile');
    };
    const values = {
      map: new Map([['k', 'in the map']]),
      set: new Set(['in the set']),
      bytes: new Uint8Array([1, 2]),
      big: 10n ** 20n,
      error: new AggregateError([new RangeError('first member'), new TypeError('second member')], 'both'),
      other: new Error('a second error', { cause: new Error('and its cause') }),
      cycle,
      self,
      deep,
      getter: Object.defineProperty({}, 'x', { enumerable: true, get: fail }),
      json: { toJSON: fail },
    };
    const handler = lambda(async () => log.info('hostile', values));
    const { logs, ok } = await run(handler, {});
    expect(ok).toBe(true);
    expect(logs).toHaveLength(1);
    const line = JSON.stringify(logs);
    const shown = ['in the map', 'in the set', '100000000000000000000', 'first member', 'second member', 'both'];
    for (const text of [...shown, 'a second error', 'and its cause', 'its own cause']) expect(line).toContain(text);
  });

  it('hides what stands under the name of a secret', async () => {
    const handler = lambda(async () =>
      log.info('login', { password: 's3cret', headers: { Authorization: 'Bearer s3cret' } }),
    );
    expect(JSON.stringify((await run(handler, {})).logs)).not.toContain('s3cret');
  });

  it('belongs to the invocation that wrote it, where invocations overlap', async () => {
    const gate = Promise.withResolvers<void>();
    const handler = lambda(async (event: { id: string; waits?: boolean }) => {
      log.info('began', { id: event.id });
      if (event.waits === true) await gate.promise;
      await span('work', async () => log.info('ended', { id: event.id }));
    });
    const context = (requestId: string) => ({ context: fakeContext({ requestId }) });
    const slow = run(handler, { id: 'slow', waits: true }, context('request-slow'));
    const quick = await run(handler, { id: 'quick' }, context('request-quick'));
    gate.resolve();
    for (const { logs, spans } of [quick, await slow]) {
      expect(logs.map(({ id }) => `request-${id}`)).toEqual(logs.map((line) => line.request_id));
      expect(new Set(logs.map((line) => line.trace_id)).size).toBe(1);
      expect(String(spans)).toContain('INTERNAL work');
    }
  });

  it('says of a warm invocation that it is warm, wherever the logger was made', async () => {
    const handler = lambda(async () => log.info('here'));
    const cold = await run(handler, {}, { coldStart: true });
    const warm = await run(
      lambda(async () => log.info('here')),
      {},
    );
    expect([cold, warm].map(({ logs }) => logs[0]?.cold_start)).toEqual([true, false]);
  });
});

describe('a batch', () => {
  it('has a span for each record and the log lines of each in it, without anything asked for', async () => {
    const handler = lambda.sqs(async (record, scope) => scope.log.info('record', { body: record.body }));
    const { logs, spans } = await run(handler, events.sqs([{ body: 'a' }, { body: 'b' }]));
    expect(String(spans).match(/CONSUMER process orders {2}messaging\.message\.id/g)).toHaveLength(2);
    expect(new Set(logs.map((line) => line.span_id)).size).toBe(2);
  });
});
