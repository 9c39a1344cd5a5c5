import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { clientAttributes, headersOf } from './http.ts';
import { defineSource } from './source.ts';

/**
 * Lambda authorizer of API Gateway: TOKEN, or REQUEST with payload format 1.0 or 2.0, for REST, HTTP and WebSocket APIs.
 * The request is another function's to answer, so its span has no HTTP attributes but the client's.
 *
 * @carrier HTTP headers in any case, single or multi-value; a TOKEN authorizer is sent none
 * @name `authorize {method} {route}`; `authorize {method}` where the route is not known
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export const lambdaAuthorizer: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'lambda-authorizer',
  kind: 'http',
  matches: (event) => event.type && (event.methodArn ?? event.routeArn),
  spanName: (event) => `authorize ${operationOf(event)}`,
  facts: (event) => ({
    arn: event.methodArn ?? event.routeArn,
    operation: operationOf(event),
    eventId: event.requestContext?.requestId,
    attributes: clientAttributes(event.requestContext?.http ?? event.requestContext?.identity),
  }),
  carrier: headersOf,
});

function operationOf(event: Deep): string {
  // An ARN ends with the raw path, `.../STAGE/GET/pets/7`, so that the method alone is taken from it.
  const method = event.httpMethod ?? text(event.methodArn)?.split('/')[2];
  return text(event.routeKey ?? event.requestContext?.routeKey) ?? [method, event.resource].filter(Boolean).join(' ');
}
