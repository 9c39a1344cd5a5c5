import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { defineTrigger, type Trigger } from '../trigger.ts';
import { judgeHttp, planHttp } from './http.ts';
import { object } from './shape.ts';

/** Tells payload format 2.0 by what no other event has; function URLs share it. */
export function isPayload2(event: unknown): boolean {
  const { requestContext, routeKey, version } = object(event);
  return version === '2.0' && typeof routeKey === 'string' && typeof object(requestContext).http === 'object';
}

/** Plans a request of payload format 2.0. A route key is `METHOD /template` or `$default`. */
export function planPayload2(event: APIGatewayProxyEventV2): ReturnType<typeof planHttp> {
  const { domainName, http } = event.requestContext;
  const at = event.routeKey.indexOf(' ');
  return planHttp({
    method: http.method,
    path: http.path ?? event.rawPath,
    route: at < 0 ? undefined : event.routeKey.slice(at + 1),
    headers: object(event.headers),
    clientAddress: http.sourceIp,
    userAgent: http.userAgent,
    protocol: http.protocol,
    host: domainName,
  });
}

/**
 * API Gateway HTTP API with payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const apiGatewayHttp: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> = defineTrigger({
  id: 'api-gateway-http',
  kind: 'http',
  matches: isPayload2,
  plan: planPayload2,
  carrier: (event) => event.headers,
  // Payload 2.0 infers: a result without a status code is the body of a 200.
  judge: (result) => judgeHttp(result, 200),
});
