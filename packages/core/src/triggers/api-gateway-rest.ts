import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { apiArn, defineHttpSource, queryOf } from './http.ts';
import { judgeProxyResult } from './http-result.ts';

/**
 * API Gateway REST API, and HTTP API with payload format 1.0. Headers keep the case that the caller used. What is no
 * proxy result makes a REST API answer 502, an HTTP API 500.
 *
 * @carrier HTTP headers in any case, single or multi-value; the authorizer's context in `requestContext.authorizer`,
 *   unless it was cached
 * @name `{method} {resource}`; `{method}` for `/{proxy+}` and `$default`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const apiGatewayRest: Trigger<APIGatewayProxyEvent, APIGatewayProxyResult> = /* @__PURE__ */ defineHttpSource({
  id: 'api-gateway-rest',
  // Load balancers, WebSockets and authorizers have events of nearly the same shape.
  matches: (event) =>
    typeof event.httpMethod === 'string' &&
    typeof event.resource === 'string' &&
    !(event.methodArn ?? event.requestContext?.elb ?? event.requestContext?.connectionId),
  request: ({
    httpMethod,
    path,
    requestContext: { path: fullPath, identity, protocol, domainName } = {} as Deep,
    resource,
    multiValueQueryStringParameters,
    queryStringParameters,
  }) => ({
    method: httpMethod,
    path: fullPath ?? path,
    route: (resource as unknown) === '$default' ? undefined : resource,
    query: queryOf(multiValueQueryStringParameters ?? queryStringParameters),
    clientAddress: identity?.sourceIp,
    userAgent: identity?.userAgent,
    protocol,
    host: domainName,
  }),
  facts: ({ requestContext = {} }, context) => ({
    arn: apiArn(requestContext, context),
    eventId: requestContext.requestId,
  }),
  judge: (result, { version }) => judgeProxyResult(result, (version as unknown) === '1.0' ? 500 : 502),
});
