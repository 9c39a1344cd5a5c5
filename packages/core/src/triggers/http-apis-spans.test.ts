import { expect, it } from 'vitest';
import { FAAS_COLDSTART, FAAS_INVOCATION_ID, FAAS_TRIGGER, INITIALIZATION_TYPE, TRIGGER } from '../attributes.ts';
import { fakeContext } from '../tracing.fixture.ts';
import { cloudfrontEvent, cloudfrontResponseEvent } from './http.fixture.ts';
import {
  amplifyEvent,
  batchResolverEvent,
  connectEvent,
  disconnectEvent,
  graphqlAuthorizerEvent,
  messageEvent,
  requestAuthorizerEvent,
  requestAuthorizerEventV2,
  resolverEvent,
  socketAuthorizerEvent,
  tokenAuthorizerEvent,
} from './http-apis.fixture.ts';
import { observe } from './observe.fixture.ts';

const context = fakeContext({ invokedFunctionArn: undefined });
const always = {
  [FAAS_COLDSTART]: true,
  [FAAS_INVOCATION_ID]: context.awsRequestId,
  [INITIALIZATION_TYPE]: 'on-demand',
  [FAAS_TRIGGER]: 'http',
};
const EVENT_ID = { 'tracelet.event_source.event_id': 'c7b5e0f2-3b0b-4d0e-8b0e-2f6d9a7e1c11' };

const cloudfront = {
  ...always,
  [TRIGGER]: 'cloudfront',
  'http.request.method': 'GET',
  'url.path': '/picture.jpg',
  'url.query': 'size=large&access_token=REDACTED',
  'url.scheme': 'https',
  'server.address': 'shop.example.com',
  'client.address': '203.0.113.9',
  'user_agent.original': 'curl/8.5',
  'tracelet.event_source.event_id': cloudfrontEvent.Records[0]?.cf.config.requestId,
  'tracelet.event_source.name': 'EDFDVBD6EXAMPLE',
};
const socket = {
  ...always,
  [TRIGGER]: 'websocket',
  'client.address': '203.0.113.9',
  'server.address': 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
  'tracelet.event_source.connection_id': 'JKJaXcxmPLvHcEA=',
  'tracelet.event_source.event_id': 'JKJaXmPLvHcESHA=',
  'user_agent.original': 'curl/8.5',
};
const authorizer = { ...always, [TRIGGER]: 'lambda-authorizer' };
const client = { 'client.address': '203.0.113.9', 'user_agent.original': 'curl/8.5' };
const graphql = { ...always, [TRIGGER]: 'appsync' };

it.each([
  ['a CloudFront request that goes on', cloudfrontEvent, 'GET', { ...cloudfront, ...operation('viewer-request') }],
  ['a CloudFront response', cloudfrontResponseEvent, 'GET', { ...cloudfront, ...operation('origin-response') }],
  ['a CloudFront event that is not whole', { Records: [{ cf: { request: {} } }] }, 'HTTP', bareCloudfront()],
  ['a WebSocket that connects', connectEvent, 'shop', { ...socket, ...operation('CONNECT $connect') }],
  [
    'a message of a WebSocket',
    messageEvent,
    'shop',
    { ...socket, ...operation('MESSAGE sendOrder'), 'tracelet.event_source.event_id': 'JKJaZexmPLvHcEB=' },
  ],
  ['a WebSocket that disconnects', disconnectEvent, 'shop', { ...socket, ...operation('DISCONNECT $disconnect') }],
  [
    'a TOKEN authorizer, which knows the raw path alone',
    tokenAuthorizerEvent,
    'authorize GET',
    { ...authorizer, ...operation('GET'), 'tracelet.event_source.arn': tokenAuthorizerEvent.methodArn },
  ],
  [
    'a REQUEST authorizer with payload 1.0',
    requestAuthorizerEvent,
    'authorize GET /pets/{petId}',
    {
      ...authorizer,
      ...client,
      ...operation('GET /pets/{petId}'),
      ...EVENT_ID,
      'tracelet.event_source.arn': requestAuthorizerEvent.methodArn,
    },
  ],
  [
    'a REQUEST authorizer with payload 2.0',
    requestAuthorizerEventV2,
    'authorize POST /orders/{id}',
    {
      ...authorizer,
      ...client,
      ...operation('POST /orders/{id}'),
      ...EVENT_ID,
      'tracelet.event_source.arn': requestAuthorizerEventV2.routeArn,
    },
  ],
  [
    'the authorizer of a WebSocket',
    socketAuthorizerEvent,
    'authorize $connect',
    {
      ...authorizer,
      ...client,
      ...operation('$connect'),
      'tracelet.event_source.arn': socketAuthorizerEvent.methodArn,
      'tracelet.event_source.event_id': 'JKJaXmPLvHcESHA=',
    },
  ],
  ['an AppSync resolver', resolverEvent, 'shop', { ...graphql, ...operation('Query.getPost') }],
  ['an AppSync batch', batchResolverEvent, 'shop', { ...graphql, ...operation('Post.comments') }],
  ['an Amplify function', amplifyEvent, 'shop', { ...graphql, ...operation('Mutation.addPost') }],
  [
    'an AppSync authorizer',
    graphqlAuthorizerEvent,
    'shop',
    {
      ...always,
      [TRIGGER]: 'appsync-authorizer',
      ...operation('ShowPost'),
      'tracelet.event_source.name': 'aaaaaa123123123example123',
      'tracelet.event_source.event_id': 'f4081827-1111-4444-5555-5cf4695f339f',
    },
  ],
])('names and describes the span of %s, without a status code', async (_of, event, name, attributes) => {
  const { invocation } = await observe(event, context);
  expect([invocation.name, invocation.attributes]).toEqual([name, attributes]);
});

function operation(operation: string): Record<string, string> {
  return { 'tracelet.event_source.operation': operation };
}

function bareCloudfront(): Record<string, unknown> {
  return { ...always, [TRIGGER]: 'cloudfront', 'http.request.method': '_OTHER', 'url.scheme': 'https' };
}
