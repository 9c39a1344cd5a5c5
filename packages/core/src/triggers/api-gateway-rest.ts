import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { defineTrigger, type Trigger } from '../trigger.ts';
import { judgeHttp, planHttp } from './http.ts';
import { object } from './shape.ts';

/**
 * API Gateway REST API, and HTTP API with payload format 1.0. Headers keep the case that the caller used.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const apiGatewayRest: Trigger<APIGatewayProxyEvent, APIGatewayProxyResult> = defineTrigger({
  id: 'api-gateway-rest',
  kind: 'http',
  matches: (event) => {
    const { httpMethod, requestContext, resource } = object(event);
    const { elb, connectionId } = object(requestContext);
    return (
      typeof httpMethod === 'string' && typeof resource === 'string' && elb === undefined && connectionId === undefined
    );
  },
  plan: (event) => {
    const { requestContext } = event;
    return planHttp({
      method: event.httpMethod,
      path: requestContext?.path ?? event.path,
      // A greedy root and the catch-all `$default` of payload 1.0 say nothing about the route.
      route: event.resource === '/{proxy+}' || event.resource === '$default' ? undefined : event.resource,
      headers: object(event.headers),
      clientAddress: requestContext?.identity?.sourceIp,
      userAgent: requestContext?.identity?.userAgent,
      protocol: requestContext?.protocol,
      host: requestContext?.domainName,
    });
  },
  carrier: (event) => ({ ...event.multiValueHeaders, ...event.headers }),
  // A result without a status code is a malformed proxy response: 502.
  judge: (result) => judgeHttp(result, 502),
});
