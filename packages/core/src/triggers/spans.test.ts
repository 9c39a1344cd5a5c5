import { expect, it } from 'vitest';
import { FAAS_COLDSTART, FAAS_INVOCATION_ID, FAAS_TRIGGER, INITIALIZATION_TYPE, TRIGGER } from '../attributes.ts';
import { fakeContext, invoke, recorder } from '../tracing.fixture.ts';
import { dynamodbEvent, kinesisEvent, sqsEvent } from './batch.fixture.ts';
import { albEvent, albMultiValueEvent, functionUrlEvent, httpEvent, httpEventV1, restEvent } from './http.fixture.ts';

const context = fakeContext({ invokedFunctionArn: undefined });
const always = {
  [FAAS_COLDSTART]: true,
  [FAAS_INVOCATION_ID]: context.awsRequestId,
  [INITIALIZATION_TYPE]: 'on-demand',
  [TRIGGER]: expect.any(String),
};

async function spansOf(event: unknown, result: unknown): Promise<readonly (readonly [string, unknown])[]> {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => result),
    event,
    context,
  );
  return spans()
    .toReversed()
    .map(({ name, attributes }) => [name, attributes]);
}

const curl = { 'client.address': '203.0.113.9', 'user_agent.original': 'curl/8.5', 'network.protocol.version': '1.1' };

it.each([
  [
    'API Gateway REST',
    restEvent,
    'GET /pets/{petId}',
    {
      'http.request.method': 'GET',
      'http.route': '/pets/{petId}',
      'url.path': '/prod/pets/7',
      'server.address': 'api.example.com',
      'url.scheme': 'https',
      ...curl,
    },
  ],
  [
    'API Gateway REST with a greedy root, which is no route template',
    { ...restEvent, resource: '/{proxy+}' },
    'GET',
    {
      'http.request.method': 'GET',
      'url.path': '/prod/pets/7',
      'server.address': 'api.example.com',
      'url.scheme': 'https',
      ...curl,
    },
  ],
  [
    'API Gateway REST without a request context or headers, as its test console sends it',
    { ...restEvent, requestContext: undefined, headers: null, multiValueHeaders: null },
    'GET /pets/{petId}',
    { 'http.request.method': 'GET', 'http.route': '/pets/{petId}', 'url.path': '/pets/7', 'url.scheme': 'https' },
  ],
  [
    'API Gateway HTTP with payload 1.0 and the catch-all route',
    httpEventV1,
    'POST',
    {
      'http.request.method': 'POST',
      'url.path': '/prod/pets/7',
      'server.address': 'api.example.com',
      'url.scheme': 'https',
      ...curl,
    },
  ],
  [
    'API Gateway HTTP',
    httpEvent,
    'POST /orders/{id}',
    {
      'http.request.method': 'POST',
      'http.route': '/orders/{id}',
      'url.path': '/orders/7',
      'server.address': 'shop.example.com',
      'url.scheme': 'https',
      ...curl,
    },
  ],
  [
    'API Gateway HTTP without headers',
    { ...httpEvent, headers: null, requestContext: { http: { method: 'get' } } },
    'GET /orders/{id}',
    {
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
      'http.request.method': 'GET',
      'url.path': '/',
      'server.address': 'k3xmplurl.lambda-url.eu-central-1.on.aws',
      'url.scheme': 'https',
      ...curl,
    },
  ],
  [
    'an ALB',
    albEvent,
    'GET',
    {
      'http.request.method': 'GET',
      'url.path': '/health',
      'server.address': 'shop-1.eu-central-1.elb.amazonaws.com',
      'server.port': 8080,
      'url.scheme': 'http',
      'client.address': '203.0.113.9',
      'user_agent.original': 'ELB-HealthChecker/2.0',
    },
  ],
  [
    'an ALB with multi-value headers and a method that HTTP does not know',
    albMultiValueEvent,
    'HTTP',
    {
      'http.request.method': '_OTHER',
      'http.request.method_original': 'PROPFIND',
      'url.path': '/files',
      'server.address': 'shop.example.com',
      'url.scheme': 'https',
    },
  ],
  [
    'an ALB without a method',
    { ...albEvent, httpMethod: undefined, headers: {} },
    'HTTP',
    { 'http.request.method': '_OTHER', 'url.path': '/health', 'url.scheme': 'https' },
  ],
])('names and describes the span of %s', async (_of, event, name, attributes) => {
  const answered = { ...always, [FAAS_TRIGGER]: 'http', 'http.response.status_code': 201 };
  expect(await spansOf(event, { statusCode: 201 })).toEqual([[name, { ...answered, ...attributes }]]);
});

it.each([
  ['API Gateway REST', restEvent, undefined, 502],
  ['API Gateway HTTP', httpEvent, undefined, 200],
  ['API Gateway HTTP', httpEvent, 'hello', 200],
  ['API Gateway HTTP', httpEvent, { statusCode: '503' }, 503],
  ['a function URL', functionUrlEvent, { hello: 1 }, 200],
  ['a function URL', functionUrlEvent, { statusCode: 404 }, 404],
  ['an ALB', albEvent, { statusCode: 'many' }, 502],
  ['an ALB', albEvent, { statusCode: 500 }, 500],
])('judges the answer of %s by its status code', async (_of, event, result, code) => {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => result),
    event,
    context,
  );
  const [span] = spans();
  expect(span?.attributes).toMatchObject({
    'http.response.status_code': code,
    ...(code >= 500 ? { 'error.type': String(code) } : {}),
  });
  expect(span?.status).toEqual({ code: code >= 500 ? 2 : 0 });
});

const batch = {
  'messaging.batch.message_count': 2,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'tracelet.batch.age_max_ms': expect.any(Number),
  'tracelet.batch.age_median_ms': expect.any(Number),
  'tracelet.batch.age_min_ms': expect.any(Number),
};

it.each([
  [
    'SQS',
    sqsEvent,
    { [FAAS_TRIGGER]: 'pubsub' },
    'process orders',
    {
      'messaging.system.name': 'aws.sqs',
      'messaging.destination.name': 'orders',
      'tracelet.event_source.arn': 'arn:aws:sqs:eu-central-1:123456789012:orders',
    },
  ],
  [
    'Kinesis',
    kinesisEvent,
    { [FAAS_TRIGGER]: 'pubsub' },
    'process clicks',
    {
      'messaging.system.name': 'aws.kinesis',
      'messaging.destination.name': 'clicks',
      'messaging.destination.partition.id': 'shardId-000000000006',
      'tracelet.event_source.arn': 'arn:aws:kinesis:eu-central-1:123456789012:stream/clicks',
    },
  ],
  [
    'DynamoDB Streams',
    dynamodbEvent,
    { [FAAS_TRIGGER]: 'datasource', 'faas.document.collection': 'orders' },
    'process orders',
    {
      'messaging.system.name': 'aws.dynamodb_streams',
      'messaging.destination.name': 'orders',
      'tracelet.event_source.arn': dynamodbEvent.Records[0]?.eventSourceARN,
    },
  ],
])(
  'puts a batch of %s under a CONSUMER span with its source and the ages of its records',
  async (_of, event, server, name, attributes) => {
    expect(await spansOf(event, undefined)).toEqual([
      ['shop', { ...always, ...server }],
      [name, { ...batch, ...attributes }],
    ]);
  },
);
