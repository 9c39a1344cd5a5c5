import { EVENT_SOURCE_CONNECTION_ID, SERVER_ADDRESS } from '../attributes.ts';
import { type Deep, object, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { apiArn, clientAttributes, handedOver, headersOf } from './http.ts';
import { judgeStatus } from './http-result.ts';
import { defineSource } from './source.ts';

/**
 * API Gateway WebSocket API: connect, message and disconnect. Its operation is the event type and the route key, such as
 * `MESSAGE sendOrder`.
 *
 * @carrier headers in any case, then the authorizer's context in `requestContext.authorizer`, of `CONNECT` alone:
 *   a connection outlives the trace that opened it
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
 */
export const websocket: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'websocket',
  kind: 'http',
  matches: (event) => event.requestContext?.connectionId && event.requestContext.routeKey && !event.methodArn,
  facts: ({ requestContext = {} }, context) => {
    const { connectionId, domainName, eventType, identity, messageId, requestId, routeKey } = requestContext;
    return {
      arn: apiArn(requestContext, context),
      operation: [eventType, routeKey].filter(Boolean).join(' '),
      eventId: messageId ?? requestId,
      attributes: {
        [EVENT_SOURCE_CONNECTION_ID]: text(connectionId),
        [SERVER_ADDRESS]: text(domainName),
        ...clientAttributes(identity),
      },
    };
  },
  carrier: (event) =>
    text(event.requestContext?.eventType) === 'CONNECT' ? [headersOf(event), ...handedOver(event)] : undefined,
  // A message need not be answered.
  judge: (result) => judgeStatus(object(result).statusCode),
});
