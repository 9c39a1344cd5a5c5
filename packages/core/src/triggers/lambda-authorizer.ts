import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { clientAttributes, headersOf } from './http.ts';
import { sourceAttributes } from './source.ts';

/**
 * Lambda authorizer of API Gateway: TOKEN, or REQUEST with payload format 1.0 or 2.0, for REST, HTTP and WebSocket APIs.
 * The request is another function's to answer, so its span has no HTTP attributes but the client's.
 *
 * @carrier HTTP headers in any case, single or multi-value; a TOKEN authorizer is sent none
 * @name `authorize {method} {route}`; `authorize {method}` where the route is not known
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export const lambdaAuthorizer: Trigger<Deep> = {
  id: 'lambda-authorizer',
  kind: 'http',
  matches: (event) => {
    const { methodArn, routeArn, type } = event as Deep;
    return Boolean(type && (methodArn ?? routeArn));
  },
  plan: (event) => {
    const { httpMethod, methodArn, requestContext = {}, resource, routeArn, routeKey } = event;
    const { http, identity, requestId, routeKey: socketRoute } = requestContext;
    // An ARN ends with the raw path, `.../STAGE/GET/pets/7`, so that the method alone is taken from it.
    const method = httpMethod ?? text(methodArn)?.split('/')[2];
    const operation = text(routeKey ?? socketRoute) ?? [method, resource].filter(Boolean).join(' ');
    const facts = {
      arn: methodArn ?? routeArn,
      operation,
      eventId: requestId,
      attributes: clientAttributes(http ?? identity),
    };
    return { name: `authorize ${operation}`, attributes: sourceAttributes(facts) };
  },
  carrier: headersOf,
};
