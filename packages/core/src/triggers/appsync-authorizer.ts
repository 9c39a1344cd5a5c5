import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { asCarrier } from './http.ts';
import { defineSource } from './source.ts';

/**
 * Lambda authorizer of AppSync. Its operation is the name that the caller gave the GraphQL operation.
 *
 * @carrier headers of the GraphQL request
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#aws-lambda-authorization
 */
export const appsyncAuthorizer: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'appsync-authorizer',
  kind: 'http',
  matches: (event) => event.requestHeaders && event.requestContext?.apiId,
  facts: (event) => ({
    name: event.requestContext?.apiId,
    operation: event.requestContext?.operationName,
    eventId: event.requestContext?.requestId,
  }),
  carrier: (event) => asCarrier(event.requestHeaders),
});
