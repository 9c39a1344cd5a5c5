import { httpEvent, restEvent } from './http.fixture.ts';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
// https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html

const domainName = 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com';
const socket = {
  routeKey: '$connect',
  eventType: 'CONNECT',
  extendedRequestId: 'JKJaXmPLvHcESHA=',
  requestTime: '21/Nov/2026:05:00:00 +0000',
  requestTimeEpoch: 1_700_000_000_000,
  messageDirection: 'IN',
  stage: 'prod',
  connectedAt: 1_700_000_000_000,
  identity: { sourceIp: '203.0.113.9', userAgent: 'curl/8.5' },
  requestId: 'JKJaXmPLvHcESHA=',
  domainName,
  connectionId: 'JKJaXcxmPLvHcEA=',
  accountId: '123456789012',
  apiId: 'a1b2c3d4e5',
};

export const connectEvent = {
  headers: { Host: domainName, 'Sec-WebSocket-Version': '13', TraceParent: TRACEPARENT },
  multiValueHeaders: { Host: [domainName], 'Sec-WebSocket-Version': ['13'], TraceParent: [TRACEPARENT] },
  requestContext: socket,
  isBase64Encoded: false,
};

export const connectAuthorizedEvent = {
  ...connectEvent,
  headers: { Host: domainName },
  requestContext: { ...socket, authorizer: { principalId: 'user|7', traceparent: TRACEPARENT } },
};

export const messageEvent = {
  requestContext: {
    ...socket,
    authorizer: { principalId: 'user|7', traceparent: TRACEPARENT },
    eventType: 'MESSAGE',
    messageId: 'JKJaZexmPLvHcEB=',
    routeKey: 'sendOrder',
  },
  body: '{"action":"sendOrder"}',
  isBase64Encoded: false,
};

export const disconnectEvent = {
  headers: { Host: domainName },
  requestContext: {
    ...socket,
    disconnectReason: 'Going away',
    disconnectStatusCode: 1001,
    eventType: 'DISCONNECT',
    routeKey: '$disconnect',
  },
  isBase64Encoded: false,
};

const methodArn = 'arn:aws:execute-api:eu-central-1:123456789012:gy415nuibc/prod/GET/pets/7';

export const tokenAuthorizerEvent = { type: 'TOKEN', methodArn, authorizationToken: 'Bearer abc' };

export const requestAuthorizerEvent = { ...restEvent, type: 'REQUEST', methodArn };

export const requestAuthorizerEventV2 = {
  ...httpEvent,
  type: 'REQUEST',
  routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:r3pmxmplak/$default/POST/orders/7',
  identitySource: ['Bearer abc'],
  headers: { authorization: 'Bearer abc', traceparent: TRACEPARENT },
};

export const socketAuthorizerEvent = {
  ...connectEvent,
  type: 'REQUEST',
  methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/$connect',
};

export const resolverEvent = {
  arguments: { id: '7' },
  identity: null,
  source: null,
  request: { headers: { 'x-forwarded-for': '203.0.113.9', traceparent: TRACEPARENT }, domainName: null },
  prev: null,
  info: {
    selectionSetList: ['id', 'title'],
    selectionSetGraphQL: '{ id title }',
    parentTypeName: 'Query',
    fieldName: 'getPost',
    variables: {},
  },
  stash: {},
};

export const batchResolverEvent = [1, 2].map((id) => ({
  ...resolverEvent,
  source: { id },
  info: { ...resolverEvent.info, parentTypeName: 'Post', fieldName: 'comments' },
}));

export const amplifyEvent = {
  typeName: 'Mutation',
  fieldName: 'addPost',
  arguments: { title: 'Hello' },
  identity: { sub: 'b0a1' },
  source: null,
  request: resolverEvent.request,
  prev: null,
};

export const graphqlAuthorizerEvent = {
  authorizationToken: 'custom-token',
  requestContext: {
    apiId: 'aaaaaa123123123example123',
    accountId: '123456789012',
    requestId: 'f4081827-1111-4444-5555-5cf4695f339f',
    queryString: 'query ShowPost { getPost(id: 7) { title } }',
    operationName: 'ShowPost',
    variables: {},
  },
  requestHeaders: resolverEvent.request.headers,
};

export const fixtures: readonly Fixture[] = [
  { name: 'WebSocket connect', event: connectEvent, matches: ['websocket'], context: 'parent' },
  {
    name: 'WebSocket connect with the context of its authorizer',
    event: connectAuthorizedEvent,
    matches: ['websocket'],
    context: 'parent',
  },
  // Its authorizer ran when the connection was opened, in another trace.
  { name: 'WebSocket message', event: messageEvent, matches: ['websocket'] },
  { name: 'WebSocket disconnect', event: disconnectEvent, matches: ['websocket'] },
  { name: 'TOKEN authorizer', event: tokenAuthorizerEvent, matches: ['lambda-authorizer'] },
  {
    name: 'REQUEST authorizer, payload 1.0',
    event: requestAuthorizerEvent,
    matches: ['lambda-authorizer'],
    context: 'parent',
  },
  {
    name: 'REQUEST authorizer, payload 2.0',
    event: requestAuthorizerEventV2,
    matches: ['lambda-authorizer'],
    context: 'parent',
  },
  {
    name: 'REQUEST authorizer of a WebSocket',
    event: socketAuthorizerEvent,
    matches: ['lambda-authorizer'],
    context: 'parent',
  },
  { name: 'AppSync resolver', event: resolverEvent, matches: ['appsync'], context: 'parent' },
  { name: 'AppSync batch', event: batchResolverEvent, matches: ['appsync'], context: 'parent' },
  { name: 'Amplify function', event: amplifyEvent, matches: ['appsync'], context: 'parent' },
  { name: 'AppSync authorizer', event: graphqlAuthorizerEvent, matches: ['appsync-authorizer'], context: 'parent' },
];
