import type { APIGatewayProxyEvent } from 'aws-lambda';

import { type HttpEventOptions, makeRequest, REQUEST_TIME_MS, REQUEST_TIME_TEXT, SOURCE_IP } from './http-request.ts';

const API_ID = 'a1b2c3d4e5';
const HOST = `${API_ID}.execute-api.eu-west-1.amazonaws.com`;
const STAGE = 'prod';

/**
 * An event of an API Gateway REST API with Lambda proxy integration (payload 1.0). Header names keep their case.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function apiGatewayRest(options: HttpEventOptions = {}): APIGatewayProxyEvent {
  const request = makeRequest(options, HOST);
  const query = Object.entries(request.query);
  return {
    resource: request.route,
    path: request.path,
    httpMethod: request.method,
    headers: { ...request.headers },
    multiValueHeaders: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value]])),
    queryStringParameters:
      query.length === 0 ? null : Object.fromEntries(query.map(([name, values]) => [name, values.at(-1)])),
    multiValueQueryStringParameters:
      query.length === 0 ? null : Object.fromEntries(query.map(([name, values]) => [name, [...values]])),
    pathParameters: request.pathParameters === undefined ? null : { ...request.pathParameters },
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: API_ID,
      authorizer: options.authorizer === undefined ? undefined : { principalId: 'user', ...options.authorizer },
      domainName: HOST,
      domainPrefix: API_ID,
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: SOURCE_IP,
        user: null,
        userAgent: request.headers['User-Agent'] ?? request.headers['user-agent'] ?? null,
        userArn: null,
      },
      path: `/${STAGE}${request.path}`,
      protocol: 'HTTP/1.1',
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      requestTime: REQUEST_TIME_TEXT,
      requestTimeEpoch: REQUEST_TIME_MS,
      resourceId: 'abc123',
      resourcePath: request.route,
      stage: STAGE,
    },
    body: request.body ?? null,
    isBase64Encoded: request.isBase64Encoded,
  };
}
