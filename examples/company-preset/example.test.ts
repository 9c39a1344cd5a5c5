import { conformance, events, harness } from '@tracelet/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lambda, log, preset, span } from './acme-lambda.ts';
import event from './event.json' with { type: 'json' };
import { handler as placeOrder } from './place-order.ts';
import { handler as shipOrders } from './ship-orders.ts';

const { run } = harness();
afterEach(() => vi.unstubAllEnvs());

const acme = conformance(preset, {
  forbid: [/email/],
  attributeNames: /^(acme|aws|cloud|error|exception|faas|messaging|tracelet)\./,
  maxSpans: 20,
});

describe('what Acme asks of every function', () => {
  it('holds for placing an order', async () => {
    const placed = await run(placeOrder, event);
    acme.check(placed);
    expect(placed).toMatchObject({ ok: true, result: { id: 'o-1' } });
    expect(placed.spans.spans[0]?.attributes).toMatchObject({
      'acme.company': 'acme',
      'acme.team': 'shop',
      'acme.tier': 'gold',
    });
  });

  it('holds for shipping orders', async () => {
    acme.check(await run(shipOrders, events.sqs([{ body: event }])));
  });
});

describe('what Acme enforces', () => {
  it('is not undone by the code of a function', async () => {
    const { spans, ...answer } = await run(shipOrders, events.sqs([{ body: { id: '' } }]));
    expect(answer).toMatchObject({ ok: false, error: { code: 'batch_failed' } });
    expect(spans.spans.find(({ kind }) => kind === 'SERVER')?.attributes['acme.company']).toBe('acme');
  });

  it('is not undone by the environment', async () => {
    vi.stubEnv('TRACELET_BATCH_FAILURES', 'report');
    const handler = lambda.with({ attributes: { 'acme.team': 'depot' } }).sqs(async () => {
      throw new RangeError('no');
    });
    expect(await run(handler, events.sqs([{ body: event }]))).toMatchObject({ ok: false });
  });

  it('is not undone from within an invocation', async () => {
    const handler = lambda.with({
      attributes: { 'acme.team': 'depot' },
      plugins: [{ name: 'undo', invocation: (own) => () => own.setAttribute('acme.company', 'plugin') }],
    })(async () => {
      span.set({ 'acme.company': 'function' });
      log.info('ordered', event);
    });
    const { logs, spans } = await run(handler, event);
    expect(spans.spans[0]?.attributes['acme.company']).toBe('acme');
    expect(logs).toMatchObject([{ message: 'ordered', id: 'o-1', email: '[REDACTED]' }]);
  });

  it('is asked for before a function runs', () => {
    expect(() => lambda(async () => {})).toThrow('the setting attributes.acme.team is not usable');
  });
});
