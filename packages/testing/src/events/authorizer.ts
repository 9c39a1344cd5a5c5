import type {
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda';

import { apiGatewayHttp } from './api-gateway-http.ts';
import { apiGatewayRest } from './api-gateway-rest.ts';
import type { HttpEventOptions } from './http-request.ts';

/** Options of {@link authorizer}. */
export interface AuthorizerEventOptions extends HttpEventOptions {
  /** `REQUEST` by default. A TOKEN authorizer is told of the request its method and path alone. */
  type?: 'TOKEN' | 'REQUEST' | undefined;
  /** Payload format of a REQUEST authorizer, `1.0` by default; `2.0` is for HTTP APIs. */
  version?: '1.0' | '2.0' | undefined;
  /** The token, sent as the header `Authorization`; `Bearer token` by default. */
  token?: string | undefined;
}

/**
 * An event of a Lambda authorizer of API Gateway, for the request that the other options describe.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export function authorizer(options: AuthorizerEventOptions & { type: 'TOKEN' }): APIGatewayTokenAuthorizerEvent;
export function authorizer(options: AuthorizerEventOptions & { version: '2.0' }): APIGatewayRequestAuthorizerEventV2;
export function authorizer(options?: AuthorizerEventOptions): APIGatewayRequestAuthorizerEvent;
export function authorizer({
  type = 'REQUEST',
  version = '1.0',
  token = 'Bearer token',
  ...request
}: AuthorizerEventOptions = {}):
  | APIGatewayTokenAuthorizerEvent
  | APIGatewayRequestAuthorizerEvent
  | APIGatewayRequestAuthorizerEventV2 {
  const options = { ...request, headers: { Authorization: token, ...request.headers } };
  if (type === 'REQUEST' && version === '2.0') {
    const { isBase64Encoded: _encoded, body: _body, ...event } = apiGatewayHttp(options);
    const { method, path } = event.requestContext.http;
    const routeArn = arnOf(event.requestContext, method, path);
    const identitySource = [event.headers.authorization ?? token];
    return { ...event, type, routeArn, identitySource, cookies: event.cookies ?? [] };
  }
  const { isBase64Encoded: _encoded, body: _body, ...event } = apiGatewayRest(options);
  const methodArn = arnOf(event.requestContext, event.httpMethod, event.path);
  if (type === 'TOKEN') return { type, methodArn, authorizationToken: token };
  return { ...event, type, methodArn } as APIGatewayRequestAuthorizerEvent;
}

function arnOf(
  { accountId, apiId, stage }: { readonly accountId: string; readonly apiId: string; readonly stage: string },
  method: string,
  path: string,
): string {
  return `arn:aws:execute-api:eu-west-1:${accountId}:${apiId}/${stage}/${method}${path}`;
}
