import type { Carrier } from '@tracelet/core';
import { describe, expect, it } from 'vitest';

import { events } from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const METHOD_ARN = 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7';

it.each([
  ['websocket', () => events.websocket()],
  ['vpcLattice', () => events.vpcLattice()],
  ['appsync', () => events.appsync()],
  ['authorizer', () => events.authorizer()],
] as const)('events.%s gives the same event every time, as a fresh object that JSON can carry', (_, build) => {
  expect(build()).toEqual(build());
  expect(build()).not.toBe(build());
  expect(JSON.parse(JSON.stringify(build()))).toEqual(build());
});

describe('events.websocket', () => {
  it('connects with headers and query parameters', () => {
    const event = events.websocket({ type: 'CONNECT', query: { tag: ['a', 'b'] }, traceparent: TRACEPARENT });
    expect(event).toMatchObject({
      headers: { Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com', traceparent: TRACEPARENT },
      multiValueHeaders: { traceparent: [TRACEPARENT] },
      queryStringParameters: { tag: 'b' },
      multiValueQueryStringParameters: { tag: ['a', 'b'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        connectionId: 'JKJaXcxmPLvHcEA=',
        identity: { sourceIp: '203.0.113.7', userAgent: 'tracelet-testing/1.0' },
      },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
    expect(event.requestContext).not.toHaveProperty('messageId');
  });

  it('sends a message without headers, on a route and a connection of its own', () => {
    const authorizer = { principalId: 'me' };
    const event = events.websocket({ routeKey: 'feed', connectionId: 'c1', body: { name: 'Rex' }, authorizer });
    expect(event).toMatchObject({
      requestContext: {
        routeKey: 'feed',
        eventType: 'MESSAGE',
        messageId: 'JKJaZexmPLvHcEB=',
        connectionId: 'c1',
        authorizer,
      },
      body: '{"name":"Rex"}',
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('headers');
    expect(events.websocket()).toMatchObject({ requestContext: { routeKey: '$default' }, body: '' });
    expect(events.websocket({ body: Uint8Array.of(1) })).toMatchObject({ body: 'AQ==', isBase64Encoded: true });
    const headers = { 'user-agent': 'mine' };
    expect(events.websocket({ headers }).requestContext).toMatchObject({ identity: { userAgent: 'mine' } });
  });

  it('disconnects with a reason', () => {
    const event = events.websocket({ type: 'DISCONNECT', traceparent: TRACEPARENT });
    expect(event.headers).toEqual({ Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com' });
    expect(event.requestContext).toMatchObject({ routeKey: '$disconnect', disconnectStatusCode: 1000 });
    expect(event).not.toHaveProperty('body');
  });
});

describe('events.vpcLattice', () => {
  it('has lists of values, and no route', () => {
    const event = events.vpcLattice({ method: 'POST', path: '/pets', query: { tag: ['a', 'b'] }, body: 'x' });
    expect(event).toMatchObject({
      version: '2.0',
      method: 'POST',
      path: '/pets',
      queryStringParameters: { tag: ['a', 'b'] },
      body: 'x',
      requestContext: { region: 'eu-west-1', timeEpoch: '1767225600000000' },
    });
    expect(events.vpcLattice({ traceparent: TRACEPARENT }).headers.traceparent).toEqual([TRACEPARENT]);
    for (const name of ['queryStringParameters', 'body']) expect(events.vpcLattice()).not.toHaveProperty(name);
  });
});

describe('events.appsync', () => {
  it('resolves a field', () => {
    expect(events.appsync()).toMatchObject({
      arguments: { id: '7' },
      source: null,
      info: { parentTypeName: 'Query', fieldName: 'getPet' },
    });
    const event = events.appsync({
      field: 'Pet.owner',
      arguments: { short: true },
      source: { id: 7 },
      headers: { 'x-tenant': 'blue' },
      traceparent: TRACEPARENT,
    });
    expect(event).toMatchObject({
      arguments: { short: true },
      source: { id: 7 },
      request: { headers: { 'x-tenant': 'blue', traceparent: TRACEPARENT, 'x-forwarded-for': '203.0.113.7' } },
      info: { parentTypeName: 'Pet', fieldName: 'owner' },
    });
    expect(events.appsync({ field: 'odd' }).info).toMatchObject({ parentTypeName: 'odd', fieldName: '' });
    expect(events.appsync({ field: '' }).info).toMatchObject({ parentTypeName: '', fieldName: '' });
  });
});

describe('events.authorizer', () => {
  it('asks with a token alone', () => {
    expect(events.authorizer({ type: 'TOKEN' })).toEqual({
      type: 'TOKEN',
      methodArn: METHOD_ARN,
      authorizationToken: 'Bearer token',
    });
  });

  it('asks with the request, without its body', () => {
    const event = events.authorizer({ token: 'mine', traceparent: TRACEPARENT, body: { a: 1 } });
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: METHOD_ARN,
      resource: '/pets/{petId}',
      httpMethod: 'GET',
      headers: { Authorization: 'mine', traceparent: TRACEPARENT },
    });
    for (const name of ['body', 'isBase64Encoded']) expect(event).not.toHaveProperty(name);
  });

  it('asks with payload 2.0', () => {
    const event = events.authorizer({ version: '2.0', headers: { Authorization: 'other', Cookie: 'a=1' } });
    expect(event).toMatchObject({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/$default/GET/pets/7',
      routeKey: 'GET /pets/{petId}',
      identitySource: ['other'],
      cookies: ['a=1'],
    });
    expect(events.authorizer({ version: '2.0' })).toMatchObject({ identitySource: ['Bearer token'], cookies: [] });
    expect(event).not.toHaveProperty('isBase64Encoded');
  });
});

it('hands over what an authorizer returned, flat in REST APIs and under lambda in HTTP APIs', () => {
  const authorizer: Carrier = { traceparent: TRACEPARENT };
  const options = { authorizer };
  expect(events.apiGatewayRest(options).requestContext.authorizer).toEqual({ principalId: 'user', ...authorizer });
  expect(events.apiGatewayHttp(options).requestContext).toMatchObject({ authorizer: { lambda: authorizer } });
  expect(events.apiGatewayHttp().requestContext).not.toHaveProperty('authorizer');
});
