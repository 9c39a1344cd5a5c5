import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { apiArn, defineHttpSource, type HttpSource } from './http.ts';
import { judgeProxyResult } from './http-result.ts';

/** What payload format 2.0 has in common, whoever sends it. */
export const payload2: Omit<HttpSource<APIGatewayProxyResultV2>, 'id' | 'judge'> = {
  matches: (event) =>
    (event.version as unknown) === '2.0' && event.routeKey && event.requestContext?.http && !event.routeArn,
  request: ({ rawPath, rawQueryString, requestContext: { domainName, http } = {}, routeKey }) => ({
    method: http?.method,
    path: http?.path ?? rawPath,
    // A route key is `METHOD /template` or `$default`.
    route: text(routeKey)?.split(' ')[1],
    query: rawQueryString,
    clientAddress: http?.sourceIp,
    userAgent: http?.userAgent,
    protocol: http?.protocol,
    host: domainName,
  }),
  facts: ({ requestContext = {} }, context) => ({
    arn: apiArn(requestContext, context),
    eventId: requestContext.requestId,
  }),
};

/**
 * API Gateway HTTP API with payload format 2.0, which function URLs share. A result without a status code is the body
 * of a 200; one with an invalid status code, headers or body makes it answer 500.
 *
 * @carrier HTTP headers in any case; the authorizer's context in `requestContext.authorizer.lambda`, unless it was
 *   cached, which a `requestId` in it tells
 * @name `{method} {route}`; `{method}` for `$default` and `/{proxy+}`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const apiGatewayHttp: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> =
  // A spread counts as an effect; inside a pure call it leaves bundles that need no triggers.
  /* @__PURE__ */ (() =>
    defineHttpSource({
      ...payload2,
      id: 'api-gateway-http',
      judge: (result) => judgeProxyResult(result, 500, true),
    }))();
