import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './handler.ts';

it('greets', async () => {
  const event = events.apiGatewayHttp({ route: '/hello', query: { name: 'Ada' } });
  const { spans, logs } = await harness().run(handler, event);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER GET /hello  faas.coldstart=false http.response.status_code=200
      INTERNAL greet"
  `);
  expect(logs).toMatchObject([{ message: 'greeted', name: 'Ada' }]);
});
