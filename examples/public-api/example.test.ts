import { events, harness, type SpanTree, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { lambda } from './acme-lambda.ts';
import { authorizer } from './authorizer.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const attributes = ['http.response.status_code', 'url.query', 'error.type'];

it('follows a caller who is trusted, also in that there be no spans', async () => {
  const { spans, ...answer } = await harness().run(handler, { ...events.apiGatewayHttp(), ...event });
  expect(answer).toMatchObject({ ok: true, result: { name: 'Rex' } });
  expect(print(spans)).toMatchInlineSnapshot(`"(no spans)"`);
});

it('links to a caller who is not, records all the same, and shows no token of the query string', async () => {
  const { spans } = await harness({ trustRemote: { http: 'link' } }).run(handler, {
    ...events.apiGatewayHttp(),
    ...event,
  });
  expect(print(spans)).toMatchInlineSnapshot(
    `"SERVER GET /pets/{petId}  links=1 http.response.status_code=200 url.query="verbose=1&access_token=REDACTED""`,
  );
});

it('continues the trace of its authorizer', async () => {
  const { run } = harness();
  const first = await run(authorizer, events.authorizer({ version: '2.0' }));
  const { isAuthorized, context } = first.ok ? (first.result ?? {}) : {};
  expect(isAuthorized).toBe(true);
  const second = await run(
    handler,
    events.apiGatewayHttp({ authorizer: context, path: '/pets/9', route: '/pets/{id}' }),
  );
  expect(print(first.spans)).toMatchInlineSnapshot(`"SERVER authorize GET /pets/{petId}"`);
  expect(print(second.spans)).toMatchInlineSnapshot(
    `"SERVER GET /pets/{id}  (remote parent) http.response.status_code=404"`,
  );
  expect(second.spans.spans[0]?.parentSpanId).toBe(first.spans.spans[0]?.spanId);
});

it('makes a `lambda` of the preset', () => {
  expect(lambda.sqs).toBeTypeOf('function');
});

function print({ spans }: SpanTree): string {
  return String(spanTree(spans, { attributes }));
}
