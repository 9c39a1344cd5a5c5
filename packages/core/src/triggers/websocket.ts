import { CLIENT_ADDRESS, EVENT_SOURCE_CONNECTION_ID, SERVER_ADDRESS, USER_AGENT_ORIGINAL } from '../attributes.ts';
import { success } from '../outcome.ts';
import { type Deep, known, object, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { apiArn, handedOver, headersOf } from './http.ts';
import { isStatusCode, judgeStatus } from './http-result.ts';
import { sourceAttributes } from './source.ts';

/**
 * API Gateway WebSocket API: connect, message and disconnect. Its operation is the event type and the route key, such as
 * `MESSAGE sendOrder`.
 *
 * @carrier headers in any case, then the authorizer's context in `requestContext.authorizer`, of `CONNECT` alone:
 *   a connection outlives the trace that opened it
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
 */
export const websocket: Trigger<Deep> = {
  id: 'websocket',
  kind: 'http',
  matches: (event) => {
    const { methodArn, requestContext } = event as Deep;
    return Boolean(requestContext?.connectionId && requestContext.routeKey && !methodArn);
  },
  plan: ({ requestContext = {} }, context) => {
    const { connectionId, domainName, eventType, identity, messageId, requestId, routeKey } = requestContext;
    return {
      attributes: known({
        ...sourceAttributes({
          arn: apiArn(requestContext, context),
          operation: [eventType, routeKey].filter(Boolean).join(' '),
          eventId: messageId ?? requestId,
        }),
        [EVENT_SOURCE_CONNECTION_ID]: text(connectionId),
        [CLIENT_ADDRESS]: text(identity?.sourceIp),
        [SERVER_ADDRESS]: text(domainName),
        [USER_AGENT_ORIGINAL]: text(identity?.userAgent),
      }),
    };
  },
  carrier: (event) =>
    (event.requestContext?.eventType as unknown) === 'CONNECT' ? [headersOf(event), ...handedOver(event)] : undefined,
  // A message need not be answered.
  judge: (result) => {
    const { statusCode } = object(result);
    return isStatusCode(statusCode) ? judgeStatus(Number(statusCode)) : success;
  },
};
