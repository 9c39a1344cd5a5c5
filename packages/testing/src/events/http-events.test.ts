import { describe, expect, it } from 'vitest';

import type { HttpEventOptions } from './http-request.ts';
import { events } from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

const POST: HttpEventOptions = {
  method: 'POST',
  path: '/pets',
  headers: { 'X-Tenant': 'blue', 'user-agent': 'mine', Cookie: 'a=1; b=2' },
  query: { q: 'x y', tag: ['a', 'b'] },
  body: { name: 'Rex' },
  traceparent: TRACEPARENT,
};

describe.each([
  ['apiGatewayRest', events.apiGatewayRest],
  ['apiGatewayHttp', events.apiGatewayHttp],
  ['functionUrl', events.functionUrl],
  ['alb', events.alb],
] as const)('events.%s', (_, build) => {
  it('gives the same event every time, as a fresh object', () => {
    const first = build();
    expect(build()).toEqual(first);
    expect(build()).not.toBe(first);
    expect(build().headers).not.toBe(first.headers);
  });

  it('survives JSON as it is', () => {
    const event = build(POST);
    const { authorizer: _absent, ...requestContext } = event.requestContext as { authorizer?: unknown };
    expect(JSON.parse(JSON.stringify(event))).toEqual({ ...event, requestContext });
  });

  it('carries bytes as base64', () => {
    expect(build({ body: Uint8Array.of(1, 2, 3) })).toMatchObject({ body: 'AQID', isBase64Encoded: true });
  });

  it('carries text as it is', () => {
    const event = build({ body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(event).toMatchObject({ body: 'a=1', isBase64Encoded: false });
    expect(event.headers?.['content-type']).toBe('application/x-www-form-urlencoded');
  });
});

describe('events.apiGatewayRest', () => {
  it('has resource, stage and headers in their own case', () => {
    const event = events.apiGatewayRest();
    expect(event).toMatchObject({
      resource: '/pets/{petId}',
      path: '/pets/7',
      httpMethod: 'GET',
      pathParameters: { petId: '7' },
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
      isBase64Encoded: false,
      requestContext: { path: '/prod/pets/7', resourcePath: '/pets/{petId}', stage: 'prod', httpMethod: 'GET' },
    });
    expect(event.headers).toEqual({
      Accept: '*/*',
      Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
      'User-Agent': 'tracelet-testing/1.0',
      'X-Amzn-Trace-Id': 'Root=1-6955b900-1a2b3c4d5e6f708192a3b4c5',
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Port': '443',
      'X-Forwarded-Proto': 'https',
    });
  });

  it('repeats headers and parameters as lists', () => {
    const event = events.apiGatewayRest(POST);
    expect(event).toMatchObject({
      resource: '/pets',
      pathParameters: null,
      queryStringParameters: { q: 'x y', tag: 'b' },
      multiValueQueryStringParameters: { q: ['x y'], tag: ['a', 'b'] },
      multiValueHeaders: { traceparent: [TRACEPARENT], 'X-Tenant': ['blue'] },
      body: '{"name":"Rex"}',
      requestContext: { identity: { userAgent: 'mine' } },
    });
    expect(event.headers).toMatchObject({ traceparent: TRACEPARENT, 'user-agent': 'mine', Cookie: 'a=1; b=2' });
    expect(event.headers).not.toHaveProperty('User-Agent');
  });
});

describe('events.apiGatewayHttp', () => {
  it('is a payload 2.0 with route, joined parameters, cookies and lower-case headers', () => {
    expect(events.apiGatewayHttp(POST)).toEqual({
      version: '2.0',
      routeKey: 'POST /pets',
      rawPath: '/pets',
      rawQueryString: 'q=x%20y&tag=a&tag=b',
      cookies: ['a=1', 'b=2'],
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
        traceparent: TRACEPARENT,
        'user-agent': 'mine',
        'x-amzn-trace-id': 'Root=1-6955b900-1a2b3c4d5e6f708192a3b4c5',
        'x-forwarded-for': '203.0.113.7',
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
        'x-tenant': 'blue',
      },
      queryStringParameters: { q: 'x y', tag: 'a,b' },
      requestContext: {
        accountId: '123456789012',
        apiId: 'a1b2c3d4e5',
        domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
        domainPrefix: 'a1b2c3d4e5',
        http: { method: 'POST', path: '/pets', protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'mine' },
        requestId: 'JKJaXmPLvHcESHA=',
        routeKey: 'POST /pets',
        stage: '$default',
        time: '01/Jan/2026:00:00:00 +0000',
        timeEpoch: Date.UTC(2026, 0, 1),
      },
      body: '{"name":"Rex"}',
      isBase64Encoded: false,
    });
  });

  it('leaves out what the request does not have', () => {
    const event = events.apiGatewayHttp();
    expect(event).toMatchObject({ routeKey: 'GET /pets/{petId}', pathParameters: { petId: '7' }, rawQueryString: '' });
    for (const name of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(name);
  });

  it('takes a route and parameters of its own', () => {
    const event = events.apiGatewayHttp({ path: '/a/1', route: '/a/{id}', pathParameters: { id: '1' } });
    expect(event).toMatchObject({ routeKey: 'GET /a/{id}', rawPath: '/a/1', pathParameters: { id: '1' } });
  });
});

describe('events.functionUrl', () => {
  it('is a payload 2.0 without route and account', () => {
    const event = events.functionUrl({ route: '/ignored' });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/pets/7',
      requestContext: {
        accountId: 'anonymous',
        domainName: expect.stringMatching(/^[a-z0-9]{32}\.lambda-url\.eu-west-1\.on\.aws$/),
        routeKey: '$default',
      },
    });
    expect(event).not.toHaveProperty('pathParameters');
  });
});

describe('events.alb', () => {
  it('has single values, still encoded', () => {
    const event = events.alb(POST);
    expect(event).toMatchObject({
      httpMethod: 'POST',
      path: '/pets',
      requestContext: { elb: { targetGroupArn: expect.stringContaining(':targetgroup/') } },
      queryStringParameters: { q: 'x%20y', tag: 'b' },
      body: '{"name":"Rex"}',
    });
    expect(event.headers).toMatchObject({ traceparent: TRACEPARENT, 'x-tenant': 'blue' });
    expect(event).not.toHaveProperty('multiValueHeaders');
    expect(events.alb().body).toBe('');
  });

  it('has lists only when multi value headers are on', () => {
    const event = events.alb({ ...POST, multiValue: true });
    expect(event.multiValueQueryStringParameters).toEqual({ q: ['x%20y'], tag: ['a', 'b'] });
    expect(event.multiValueHeaders).toMatchObject({ traceparent: [TRACEPARENT] });
    expect(event).not.toHaveProperty('headers');
    expect(event).not.toHaveProperty('queryStringParameters');
  });
});
