import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineHttpSource } from './http.ts';

/**
 * API Gateway REST API, and HTTP API with payload format 1.0. Headers keep the case that the caller used.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const apiGatewayRest: Trigger<APIGatewayProxyEvent, APIGatewayProxyResult> = /* @__PURE__ */ defineHttpSource({
  id: 'api-gateway-rest',
  matches: (event) => {
    const { httpMethod, requestContext, resource } = object(event);
    const { elb, connectionId } = object(requestContext);
    return typeof httpMethod === 'string' && typeof resource === 'string' && (elb ?? connectionId) === undefined;
  },
  request: ({ httpMethod, path, requestContext, resource }) => ({
    method: httpMethod,
    path: requestContext?.path ?? path,
    // A greedy root and the catch-all `$default` of payload 1.0 say nothing about the route.
    route: resource === '/{proxy+}' || resource === '$default' ? undefined : resource,
    clientAddress: requestContext?.identity?.sourceIp,
    userAgent: requestContext?.identity?.userAgent,
    protocol: requestContext?.protocol,
    host: requestContext?.domainName,
  }),
  // A result without a status code is a malformed proxy response: 502.
  statusWhenMissing: 502,
});
