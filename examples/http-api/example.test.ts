import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultIntegrations } from '@tracelet/lambda';
import { events, harness } from '@tracelet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness({ plugins: defaultIntegrations() });
const prices = createServer((_request, response) => response.end('{"price":9.99}'));

beforeAll(async () => {
  await new Promise<void>((resolve) => prices.listen(0, '127.0.0.1', resolve));
  process.env.PRICES_URL = `http://127.0.0.1:${(prices.address() as AddressInfo).port}`;
});

afterAll(() => {
  prices.closeAllConnections();
  prices.close();
});

it('answers with the order and its price, in the caller’s trace', async () => {
  const { spans, logs, ...answer } = await run(handler, { ...events.apiGatewayHttp(), ...event });
  expect(answer).toEqual({ ok: true, result: { statusCode: 200, body: '{"id":"42","product":"lamp","price":9.99}' } });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER GET /orders/{id}  (remote parent) faas.coldstart=false http.response.status_code=200
      INTERNAL load order
      CLIENT GET  http.response.status_code=200"
  `);
  expect(logs).toMatchObject([{ level: 'INFO', message: 'order found', orderId: '42', price: 9.99 }]);
});

it('answers 404 for an order that does not exist, which is no error of the function', async () => {
  const { spans, logs } = await run(
    handler,
    events.apiGatewayHttp({ route: '/orders/{id}', pathParameters: { id: '7' } }),
  );
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER GET /orders/{id}  faas.coldstart=false http.response.status_code=404
      INTERNAL load order"
  `);
  expect(logs).toMatchObject([{ level: 'WARN', message: 'order not found', orderId: '7' }]);
});
