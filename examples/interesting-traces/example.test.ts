import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

// The caller of the event did not sample its trace. A harness leaves the ratio out: it would hide nine runs in ten.
const { run } = harness();

it('keeps an answer that is worth it, with its spans and its debug lines', async () => {
  const { spans, logs } = await run(handler, { ...event, queryStringParameters: { id: '0' } });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER GET /stock  (remote parent) faas.coldstart=false http.response.status_code=409
      INTERNAL look up stock"
  `);
  expect(spans.roots[0]?.span.attributes).toMatchObject({ 'tracelet.sampling.kept_by': 'http_status' });
  expect(logs).toMatchObject([{ level: 'DEBUG', message: 'looking', trace_flags: '00' }]);
});

it('keeps nothing of another', async () => {
  const { result, spans, logs } = (await run(handler, event)) as Extract<Awaited<ReturnType<typeof run>>, { ok: true }>;
  expect(result).toMatchObject({ statusCode: 200 });
  expect([spans.spans, logs]).toEqual([[], []]);
});

it('yields no spans of a health check, whoever calls', async () => {
  const { spans } = await run(handler, { ...event, routeKey: 'GET /health', headers: {} });
  expect(spans.spans).toEqual([]);
});
