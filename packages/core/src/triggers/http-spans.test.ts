import { expect, it } from 'vitest';
import { FAAS_COLDSTART, FAAS_INVOCATION_ID, FAAS_TRIGGER, INITIALIZATION_TYPE, TRIGGER } from '../attributes.ts';
import { fakeContext } from '../tracing.fixture.ts';
import {
  albEvent,
  albMultiValueEvent,
  functionUrlEvent,
  httpEvent,
  httpEventV1,
  latticeEvent,
  latticeEventV1,
  restConsoleEvent,
  restEvent,
} from './http.fixture.ts';
import { messageEvent } from './http-apis.fixture.ts';
import { observe } from './observe.fixture.ts';

/** The span of an invocation that answers with `result`: its name and all of its attributes. */
async function spanOf(event: unknown, result: unknown, context = fakeContext()): Promise<readonly [string, unknown]> {
  const { invocation } = await observe(event, context, result);
  return [invocation.name, invocation.attributes];
}

const withoutArn = fakeContext({ invokedFunctionArn: undefined });
const always = {
  [FAAS_COLDSTART]: true,
  [FAAS_INVOCATION_ID]: withoutArn.awsRequestId,
  [INITIALIZATION_TYPE]: 'on-demand',
  [FAAS_TRIGGER]: 'http',
};
const curl = { 'client.address': '203.0.113.9', 'user_agent.original': 'curl/8.5', 'network.protocol.version': '1.1' };
const EVENT_ID = { 'tracelet.event_source.event_id': 'c7b5e0f2-3b0b-4d0e-8b0e-2f6d9a7e1c11' };
const TARGET_GROUP = { 'tracelet.event_source.arn': albEvent.requestContext.elb.targetGroupArn };

const rest = {
  [TRIGGER]: 'api-gateway-rest',
  'http.request.method': 'GET',
  'url.path': '/prod/pets/7',
  'url.query': 'verbose=1',
  'server.address': 'api.example.com',
  'url.scheme': 'https',
  ...curl,
  ...EVENT_ID,
};
const http = {
  [TRIGGER]: 'api-gateway-http',
  'http.request.method': 'POST',
  'http.request.body.size': 12,
  'http.route': '/orders/{id}',
  'url.path': '/orders/7',
  'url.query': 'verbose=1',
  'server.address': 'shop.example.com',
  'url.scheme': 'https',
  ...curl,
  ...EVENT_ID,
};
const alb = { [TRIGGER]: 'alb', 'url.path': '/health', ...TARGET_GROUP };
const lattice = {
  [TRIGGER]: 'vpc-lattice',
  'server.address': 'orders-0a1b.7d67968.vpc-lattice-svcs.eu-central-1.on.aws',
  'url.scheme': 'https',
};

it.each([
  ['API Gateway REST', restEvent, 'GET /pets/{petId}', { ...rest, 'http.route': '/pets/{petId}' }],
  ['API Gateway REST with a greedy root, which is no route', { ...restEvent, resource: '/{proxy+}' }, 'GET', rest],
  [
    'API Gateway REST with a greedy path',
    { ...restEvent, resource: '/pets/{rest+}' },
    'GET /pets/{rest+}',
    { ...rest, 'http.route': '/pets/{rest+}' },
  ],
  [
    'API Gateway REST without a request context or headers',
    { ...restEvent, requestContext: undefined, headers: null, multiValueHeaders: null },
    'GET /pets/{petId}',
    {
      [TRIGGER]: 'api-gateway-rest',
      'http.request.method': 'GET',
      'http.route': '/pets/{petId}',
      'url.path': '/pets/7',
      'url.query': 'verbose=1',
      'url.scheme': 'https',
    },
  ],
  [
    "API Gateway REST's test console",
    restConsoleEvent,
    'GET /pets/{petId}',
    {
      ...rest,
      'http.route': '/pets/{petId}',
      'url.path': '/pets/{petId}',
      'server.address': 'testPrefix.testDomainName',
      'client.address': 'test-invoke-source-ip',
      'user_agent.original': 'aws-internal/3 aws-sdk-java/1.12',
    },
  ],
  [
    'API Gateway HTTP with payload 1.0 and the catch-all route',
    httpEventV1,
    'POST',
    { ...rest, 'http.request.method': 'POST' },
  ],
  ['API Gateway HTTP', httpEvent, 'POST /orders/{id}', http],
  [
    'API Gateway HTTP without headers, query, body or most of its context',
    {
      ...httpEvent,
      headers: null,
      rawQueryString: '',
      body: undefined,
      requestContext: { http: { method: 'get', sourceIp: '' } },
    },
    'GET /orders/{id}',
    {
      [TRIGGER]: 'api-gateway-http',
      'http.request.method': 'GET',
      'http.request.method_original': 'get',
      'http.route': '/orders/{id}',
      'url.path': '/orders/7',
      'url.scheme': 'https',
    },
  ],
  [
    'a function URL',
    functionUrlEvent,
    'GET',
    {
      [TRIGGER]: 'function-url',
      'http.request.method': 'GET',
      'url.path': '/',
      'url.query': 'verbose=1',
      'server.address': 'k3xmplurl.lambda-url.eu-central-1.on.aws',
      'url.scheme': 'https',
      ...curl,
      ...EVENT_ID,
    },
  ],
  [
    'an ALB',
    { ...albEvent, queryStringParameters: { q: 'a%20b' } },
    'GET',
    {
      ...alb,
      'http.request.method': 'GET',
      'server.address': 'shop-1.eu-central-1.elb.amazonaws.com',
      'server.port': 8080,
      'url.query': 'q=a%20b',
      'url.scheme': 'http',
      'client.address': '203.0.113.9',
      'user_agent.original': 'ELB-HealthChecker/2.0',
    },
  ],
  [
    'an ALB with multi-value headers and a method that HTTP does not know',
    { ...albMultiValueEvent, multiValueQueryStringParameters: { tag: ['a', 'b'] } },
    'HTTP',
    {
      ...alb,
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
      'url.path': '/files',
      'url.query': 'tag=a&tag=b',
      'server.address': 'shop.example.com',
      'url.scheme': 'https',
    },
  ],
  [
    'an ALB without a method',
    { ...albEvent, httpMethod: undefined, headers: {} },
    'HTTP',
    { ...alb, 'http.request.method': '_OTHER', 'url.scheme': 'https' },
  ],
  [
    'VPC Lattice, version 1',
    latticeEventV1,
    'GET',
    { ...lattice, 'http.request.method': 'GET', 'url.path': '/orders/7', 'url.query': 'verbose=1' },
  ],
  [
    'VPC Lattice, version 2',
    latticeEvent,
    'POST',
    {
      ...lattice,
      'http.request.method': 'POST',
      'http.request.body.size': 8,
      'url.path': '/orders',
      'url.query': 'tag=a&tag=b',
      'client.address': '10.0.3.9',
      'user_agent.original': 'curl/8.5',
      'tracelet.event_source.arn': latticeEvent.requestContext.serviceArn,
    },
  ],
])('names and describes the span of %s', async (_of, event, name, attributes) => {
  const answered = { ...always, 'http.response.status_code': 201 };
  expect(await spanOf(event, { statusCode: 201 }, withoutArn)).toEqual([name, { ...answered, ...attributes }]);
});

it.each([
  ['a REST API', restEvent, 'gy415nuibc/prod'],
  ['an HTTP API', httpEvent, 'r3pmxmplak/$default'],
  ['a WebSocket API', messageEvent, 'a1b2c3d4e5/prod'],
])('tells the ARN of the stage of %s, in partition and region of the function', async (_of, event, stage) => {
  const invokedFunctionArn = 'arn:aws-cn:lambda:cn-north-1:123456789012:function:shop';
  const [, attributes] = await spanOf(event, undefined, fakeContext({ invokedFunctionArn }));
  const arn = `arn:aws-cn:execute-api:cn-north-1:123456789012:${stage}`;
  expect(attributes).toMatchObject({ 'tracelet.event_source.arn': arn });
});

it.each([
  ['a value', restEvent, { code: 'abc', page: '2' }, 'code=REDACTED&page=2'],
  ['a decoded value that holds more of a query', restEvent, { token: 'a&secret', q: 'x y' }, 'token=REDACTED&q=x%20y'],
  [
    'a presigned request',
    albEvent,
    { 'X-Amz-Signature': 'ab', 'X-Amz-Date': '2026' },
    'X-Amz-Signature=REDACTED&X-Amz-Date=2026',
  ],
])('hides %s in url.query under the name of a secret', async (_of, event, query, expected) => {
  const [, attributes] = await spanOf(
    { ...event, multiValueQueryStringParameters: undefined, queryStringParameters: query },
    undefined,
  );
  expect(attributes).toMatchObject({ 'url.query': expected });
});
