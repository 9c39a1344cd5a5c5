import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineHttpSource } from './http.ts';

/**
 * API Gateway HTTP API with payload format 2.0, which function URLs share.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const apiGatewayHttp: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> =
  /* @__PURE__ */ defineHttpSource({
    id: 'api-gateway-http',
    matches: (event) => {
      const { requestContext, routeKey, version } = object(event);
      return version === '2.0' && typeof routeKey === 'string' && typeof object(requestContext).http === 'object';
    },
    request: ({ rawPath, requestContext: { domainName, http }, routeKey }) => ({
      method: http.method,
      path: http.path ?? rawPath,
      // A route key is `METHOD /template` or `$default`.
      route: routeKey.split(' ')[1],
      clientAddress: http.sourceIp,
      userAgent: http.userAgent,
      protocol: http.protocol,
      host: domainName,
    }),
    // Payload 2.0 infers: a result without a status code is the body of a 200.
    statusWhenMissing: 200,
  });
