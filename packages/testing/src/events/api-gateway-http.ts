import type { APIGatewayProxyEventV2, LambdaFunctionURLEvent } from 'aws-lambda';

import {
  type HttpEventOptions,
  type HttpRequest,
  lowerCaseNames,
  makeRequest,
  REQUEST_TIME_MS,
  REQUEST_TIME_TEXT,
  SOURCE_IP,
  USER_AGENT,
} from './http-request.ts';

const API_ID = 'a1b2c3d4e5';
const URL_ID = 'abcdefghijklmnopqrstuvwxyz012345';

/**
 * An event of an API Gateway HTTP API (payload 2.0). Header names are in lower case, cookies are a list of their own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function apiGatewayHttp(options: HttpEventOptions = {}): APIGatewayProxyEventV2 {
  const host = `${API_ID}.execute-api.eu-west-1.amazonaws.com`;
  const request = makeRequest(options, host);
  const routeKey = `${request.method} ${request.route}`;
  const { requestContext, ...event } = payload2(request, {
    routeKey,
    accountId: '123456789012',
    apiId: API_ID,
    domainName: host,
  });
  const authorizer = options.authorizer === undefined ? {} : { authorizer: { lambda: { ...options.authorizer } } };
  return {
    ...event,
    requestContext: { ...requestContext, ...authorizer },
    ...(request.pathParameters === undefined ? {} : { pathParameters: { ...request.pathParameters } }),
  };
}

/**
 * An event of a Lambda function URL (payload 2.0 with the route `$default`).
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function functionUrl(options: HttpEventOptions = {}): LambdaFunctionURLEvent {
  const host = `${URL_ID}.lambda-url.eu-west-1.on.aws`;
  const request = makeRequest(options, host);
  return payload2(request, { routeKey: '$default', accountId: 'anonymous', apiId: URL_ID, domainName: host });
}

function payload2(
  request: HttpRequest,
  facts: { readonly routeKey: string; readonly accountId: string; readonly apiId: string; readonly domainName: string },
): APIGatewayProxyEventV2 {
  const { cookie, ...headers } = lowerCaseNames(request.headers);
  const query = Object.entries(request.query);
  return {
    version: '2.0',
    routeKey: facts.routeKey,
    rawPath: request.path,
    rawQueryString: request.queryText,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(query.length === 0
      ? {}
      : { queryStringParameters: Object.fromEntries(query.map(([name, values]) => [name, values.join(',')])) }),
    requestContext: {
      accountId: facts.accountId,
      apiId: facts.apiId,
      domainName: facts.domainName,
      domainPrefix: facts.apiId,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: SOURCE_IP,
        userAgent: headers['user-agent'] ?? USER_AGENT,
      },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: facts.routeKey,
      stage: '$default',
      time: REQUEST_TIME_TEXT,
      timeEpoch: REQUEST_TIME_MS,
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: request.isBase64Encoded,
  };
}
