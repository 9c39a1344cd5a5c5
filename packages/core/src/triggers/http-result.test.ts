import { expect, it } from 'vitest';
import {
  albEvent,
  cloudfrontEvent,
  functionUrlEvent,
  httpEvent,
  httpEventV1,
  latticeEvent,
  restEvent,
} from './http.fixture.ts';
import { connectEvent, messageEvent } from './http-apis.fixture.ts';
import { observe } from './observe.fixture.ts';

const MALFORMED = 'The result is no proxy result: statusCode, headers or body is not valid.';
const sources = {
  REST: restEvent,
  'HTTP 1.0': httpEventV1,
  HTTP: httpEvent,
  'function URL': functionUrlEvent,
  ALB: albEvent,
  Lattice: latticeEvent,
  CloudFront: cloudfrontEvent,
  'WebSocket connect': connectEvent,
  'WebSocket message': messageEvent,
} as const;

/** Status code, `error.type` and status of the span of an invocation that answers with `result`. */
async function verdict(source: keyof typeof sources, result: unknown): Promise<unknown> {
  const { invocation } = await observe(sources[source], undefined, result);
  const { 'http.response.status_code': code, 'error.type': errorType } = invocation.attributes;
  return { code, errorType, status: invocation.status };
}

const proxied = ['REST', 'HTTP 1.0', 'HTTP', 'function URL', 'ALB', 'Lattice', 'WebSocket connect'] as const;
const good = { status: { code: 0 }, errorType: undefined };

it.each(proxied)('takes a status code of %s for what it says: 5xx is an error, 4xx is the caller’s', async (source) => {
  expect(await verdict(source, { statusCode: 204 })).toEqual({ ...good, code: 204 });
  expect(await verdict(source, { statusCode: '201', headers: null, body: null })).toEqual({ ...good, code: 201 });
  expect(await verdict(source, { statusCode: 404, headers: {}, body: 'no' })).toEqual({ ...good, code: 404 });
  expect(await verdict(source, { statusCode: 503 })).toEqual({ code: 503, errorType: '503', status: { code: 2 } });
});

const malformed = [
  { statusCode: 'many' },
  { statusCode: 200.5 },
  { statusCode: 42 },
  { statusCode: 600 },
  { statusCode: true },
  { statusCode: 200, body: { ok: true } },
  { statusCode: 200, headers: 'content-type' },
  { statusCode: 200, headers: [] },
];
const missing = [undefined, null, 'hello', 7, {}, [], { ok: true }];
const statusOfMalformed = {
  REST: 502,
  ALB: 502,
  Lattice: 502,
  'HTTP 1.0': 500,
  HTTP: 500,
  'function URL': 502,
} as const;

it.each(Object.entries(statusOfMalformed))('takes what is no proxy result of %s for a %i', async (source, code) => {
  const infers = source === 'HTTP' || source === 'function URL';
  for (const result of [...malformed, ...(infers ? [] : missing)]) {
    const expected = { code, errorType: String(code), status: { code: 2, message: MALFORMED } };
    expect([result, await verdict(source as 'REST', result)]).toEqual([result, expected]);
  }
});

it.each(['HTTP', 'function URL'] as const)('takes a result of %s without a status code for a 200', async (source) => {
  for (const result of [...missing, { statusCode: null }]) {
    expect([result, await verdict(source, result)]).toEqual([result, { ...good, code: 200 }]);
  }
});

it('judges CloudFront by the status of a response, and WebSockets by a status code that is there', async () => {
  expect(await verdict('CloudFront', { status: '502' })).toEqual({
    code: 502,
    errorType: '502',
    status: { code: 2 },
  });
  expect(await verdict('CloudFront', { status: '302', headers: {} })).toEqual({ ...good, code: 302 });
  for (const result of [undefined, 'request', { method: 'GET', uri: '/' }, { status: 'ok' }]) {
    expect(await verdict('CloudFront', result)).toEqual({ ...good, code: undefined });
  }
  for (const result of [undefined, 'ok', {}, { statusCode: 'ok' }]) {
    expect(await verdict('WebSocket message', result)).toEqual({ ...good, code: undefined });
  }
});

it.each([
  ['text', { statusCode: 200, body: 'grüße' }, 7],
  ['base64', { statusCode: 200, body: 'AQID', isBase64Encoded: true }, 3],
  ['nothing', { statusCode: 200, body: '' }, undefined],
  ['what HTTP APIs infer', { hello: 1 }, undefined],
])('tells the size of a body of %s', async (_of, result, size) => {
  const { invocation } = await observe(httpEvent, undefined, result);
  expect(invocation.attributes['http.response.body.size']).toBe(size);
});
