import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
// https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html

export { TRACEPARENT };

const requestId = 'c7b5e0f2-3b0b-4d0e-8b0e-2f6d9a7e1c11';

export const restEvent = {
  resource: '/pets/{petId}',
  path: '/pets/7',
  httpMethod: 'GET',
  headers: {
    Accept: 'application/json',
    Host: 'api.example.com',
    Traceparent: TRACEPARENT,
    'User-Agent': 'curl/8.5',
    'X-Amzn-Trace-Id': 'Root=1-5759e988-bd862e3fe1be46a994272793',
    'X-Forwarded-For': '203.0.113.9, 70.132.1.1',
    'X-Forwarded-Proto': 'https',
  },
  multiValueHeaders: { Accept: ['application/json'], Host: ['api.example.com'], Traceparent: [TRACEPARENT] },
  queryStringParameters: { verbose: '1' },
  multiValueQueryStringParameters: { verbose: ['1'] },
  pathParameters: { petId: '7' },
  stageVariables: null,
  requestContext: {
    accountId: '123456789012',
    apiId: 'gy415nuibc',
    domainName: 'api.example.com',
    domainPrefix: 'api',
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    httpMethod: 'GET',
    identity: { sourceIp: '203.0.113.9', userAgent: 'curl/8.5' },
    path: '/prod/pets/7',
    protocol: 'HTTP/1.1',
    requestId,
    requestTimeEpoch: 1_700_000_000_000,
    resourceId: 'pz1s5d',
    resourcePath: '/pets/{petId}',
    stage: 'prod',
  },
  body: null,
  isBase64Encoded: false,
} as unknown as APIGatewayProxyEvent;

/** An HTTP API with payload format 1.0 and the catch-all route. */
export const httpEventV1 = {
  ...restEvent,
  version: '1.0',
  resource: '$default',
  httpMethod: 'POST',
} as unknown as APIGatewayProxyEvent;

export const httpEvent = {
  version: '2.0',
  routeKey: 'POST /orders/{id}',
  rawPath: '/orders/7',
  rawQueryString: 'verbose=1',
  cookies: ['session=1'],
  headers: { 'content-type': 'application/json', host: 'shop.example.com', 'user-agent': 'curl/8.5' },
  queryStringParameters: { verbose: '1' },
  requestContext: {
    accountId: '123456789012',
    apiId: 'r3pmxmplak',
    domainName: 'shop.example.com',
    domainPrefix: 'shop',
    http: { method: 'POST', path: '/orders/7', protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'curl/8.5' },
    requestId,
    routeKey: 'POST /orders/{id}',
    stage: '$default',
    time: '21/Nov/2026:05:00:00 +0000',
    timeEpoch: 1_700_000_000_000,
  },
  pathParameters: { id: '7' },
  body: '{"total":12}',
  isBase64Encoded: false,
} as unknown as APIGatewayProxyEventV2;

export const functionUrlEvent = {
  ...httpEvent,
  routeKey: '$default',
  rawPath: '/',
  requestContext: {
    ...httpEvent.requestContext,
    accountId: 'anonymous',
    apiId: 'k3xmplurl',
    domainName: 'k3xmplurl.lambda-url.eu-central-1.on.aws',
    domainPrefix: 'k3xmplurl',
    http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'curl/8.5' },
    routeKey: '$default',
  },
  body: undefined,
} as unknown as APIGatewayProxyEventV2;

const elb = {
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/6d0ecf831eec9f09',
};

export const albEvent = {
  requestContext: { elb },
  httpMethod: 'GET',
  path: '/health',
  queryStringParameters: {},
  headers: {
    host: 'shop-1.eu-central-1.elb.amazonaws.com:8080',
    'user-agent': 'ELB-HealthChecker/2.0',
    'x-amzn-trace-id': 'Root=1-5bdb40ca-556d8b0c50dc66f0511bf520',
    'x-forwarded-for': '203.0.113.9',
    'x-forwarded-port': '8080',
    'x-forwarded-proto': 'http',
  },
  body: '',
  isBase64Encoded: false,
} as unknown as ALBEvent;

export const albMultiValueEvent = {
  requestContext: { elb },
  httpMethod: 'PROPFIND',
  path: '/files',
  multiValueQueryStringParameters: {},
  multiValueHeaders: { host: ['shop.example.com'], traceparent: [TRACEPARENT], 'x-forwarded-proto': ['https'] },
  body: '',
  isBase64Encoded: false,
} as unknown as ALBEvent;

/** A REST API behind a TOKEN or REQUEST authorizer, whose context is flat. */
export const restAuthorizedEvent = {
  ...restEvent,
  headers: { Host: 'api.example.com' },
  multiValueHeaders: { Host: ['api.example.com'] },
  requestContext: {
    ...restEvent.requestContext,
    authorizer: { principalId: 'user|7', integrationLatency: 31, traceparent: TRACEPARENT },
  },
};

/** A REST API behind a Cognito user pool. */
export const restCognitoEvent = {
  ...restEvent,
  requestContext: { ...restEvent.requestContext, authorizer: { claims: { sub: 'b0a1', email: 'me@example.com' } } },
};

/** What the console's test button sends. */
export const restConsoleEvent = {
  ...restEvent,
  headers: null,
  multiValueHeaders: null,
  requestContext: {
    ...restEvent.requestContext,
    domainName: 'testPrefix.testDomainName',
    identity: { sourceIp: 'test-invoke-source-ip', userAgent: 'aws-internal/3 aws-sdk-java/1.12' },
    path: '/pets/{petId}',
    stage: 'test-invoke-stage',
  },
};

function withAuthorizer(authorizer: unknown): unknown {
  return { ...httpEvent, requestContext: { ...httpEvent.requestContext, authorizer } };
}

const jwt = { claims: { iss: 'https://issuer.example.com', sub: 'b0a1' }, scopes: ['orders:write'] };
const iam = { accessKey: 'ASIAEXAMPLE', accountId: '123456789012', callerId: 'AROAEXAMPLE:me', userId: 'AROAEXAMPLE' };

/** An HTTP API behind a Lambda authorizer, whose context is under `lambda`. */
export const httpAuthorizedEvent = withAuthorizer({ lambda: { Traceparent: TRACEPARENT, tenant: 'acme' } });

export const latticeEventV1 = {
  raw_path: '/orders/7?verbose=1',
  method: 'GET',
  headers: { host: 'orders-0a1b.7d67968.vpc-lattice-svcs.eu-central-1.on.aws', traceparent: TRACEPARENT },
  query_string_parameters: { verbose: '1' },
  body: '',
  is_base64_encoded: false,
};

export const latticeEvent = {
  version: '2.0',
  path: '/orders',
  method: 'POST',
  headers: {
    host: ['orders-0a1b.7d67968.vpc-lattice-svcs.eu-central-1.on.aws'],
    traceparent: [TRACEPARENT],
    'user-agent': ['curl/8.5'],
    'x-forwarded-for': ['10.0.3.9'],
  },
  queryStringParameters: { tag: ['a', 'b'] },
  body: 'eyJpZCI6N30=',
  isBase64Encoded: true,
  requestContext: {
    serviceNetworkArn: 'arn:aws:vpc-lattice:eu-central-1:123456789012:servicenetwork/sn-0bf3f2882e9cc805a',
    serviceArn: 'arn:aws:vpc-lattice:eu-central-1:123456789012:service/svc-0a40eebed65f8d69c',
    targetGroupArn: 'arn:aws:vpc-lattice:eu-central-1:123456789012:targetgroup/tg-6d0ecf831eec9f09',
    identity: { sourceVpcArn: 'arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-0b8276c84697e7339', type: 'AWS_IAM' },
    region: 'eu-central-1',
    timeEpoch: '1700000000000000',
  },
};

const cloudfrontRequest = {
  clientIp: '203.0.113.9',
  headers: {
    host: [{ key: 'Host', value: 'shop.example.com' }],
    traceparent: [{ key: 'traceparent', value: TRACEPARENT }],
    'user-agent': [{ key: 'User-Agent', value: 'curl/8.5' }],
  },
  method: 'GET',
  querystring: 'size=large&access_token=abc',
  uri: '/picture.jpg',
};
const cloudfrontConfig = {
  distributionDomainName: 'd111111abcdef8.cloudfront.net',
  distributionId: 'EDFDVBD6EXAMPLE',
  requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
};

export const cloudfrontEvent = {
  Records: [{ cf: { config: { ...cloudfrontConfig, eventType: 'viewer-request' }, request: cloudfrontRequest } }],
};

export const cloudfrontResponseEvent = {
  Records: [
    {
      cf: {
        config: { ...cloudfrontConfig, eventType: 'origin-response' },
        request: cloudfrontRequest,
        response: { status: '200', statusDescription: 'OK', headers: {} },
      },
    },
  ],
};

export const fixtures: readonly Fixture[] = [
  { name: 'API Gateway REST', event: restEvent, matches: ['api-gateway-rest'], context: 'parent' },
  {
    name: 'API Gateway REST with the context of its authorizer',
    event: restAuthorizedEvent,
    matches: ['api-gateway-rest'],
    context: 'parent',
  },
  {
    name: 'API Gateway REST with Cognito claims',
    event: restCognitoEvent,
    matches: ['api-gateway-rest'],
    context: 'parent',
  },
  { name: "API Gateway REST, console's test", event: restConsoleEvent, matches: ['api-gateway-rest'] },
  { name: 'API Gateway HTTP, payload 1.0', event: httpEventV1, matches: ['api-gateway-rest'], context: 'parent' },
  { name: 'API Gateway HTTP', event: httpEvent, matches: ['api-gateway-http'] },
  { name: 'API Gateway HTTP with a JWT', event: withAuthorizer({ jwt }), matches: ['api-gateway-http'] },
  { name: 'API Gateway HTTP with IAM', event: withAuthorizer({ iam }), matches: ['api-gateway-http'] },
  {
    name: 'API Gateway HTTP with the context of its authorizer',
    event: httpAuthorizedEvent,
    matches: ['api-gateway-http'],
    context: 'parent',
  },
  { name: 'function URL', event: functionUrlEvent, matches: ['function-url', 'api-gateway-http'] },
  { name: 'ALB', event: albEvent, matches: ['alb'] },
  { name: 'ALB with multi-value headers', event: albMultiValueEvent, matches: ['alb'], context: 'parent' },
  { name: 'VPC Lattice, version 1', event: latticeEventV1, matches: ['vpc-lattice'], context: 'parent' },
  { name: 'VPC Lattice, version 2', event: latticeEvent, matches: ['vpc-lattice'], context: 'parent' },
  { name: 'CloudFront request', event: cloudfrontEvent, matches: ['cloudfront'], context: 'parent' },
  { name: 'CloudFront response', event: cloudfrontResponseEvent, matches: ['cloudfront'], context: 'parent' },
];
