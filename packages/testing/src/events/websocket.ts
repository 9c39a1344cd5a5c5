import type { APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';

import { type HttpEventOptions, makeRequest, REQUEST_TIME_MS, REQUEST_TIME_TEXT, SOURCE_IP } from './http-request.ts';

/** Options of {@link websocket}. */
export interface WebsocketEventOptions extends Pick<HttpEventOptions, 'headers' | 'query' | 'body' | 'authorizer'> {
  /** `MESSAGE` by default. */
  type?: 'CONNECT' | 'MESSAGE' | 'DISCONNECT' | undefined;
  /** `$connect`, `$default` or `$disconnect` by default, by the type of the event. */
  routeKey?: string | undefined;
  connectionId?: string | undefined;
  /** W3C trace context of the client, sent as the header `traceparent` of `CONNECT`; messages have no headers. */
  traceparent?: string | undefined;
}

/** An event of {@link websocket}: `CONNECT` has headers and query parameters, `MESSAGE` has a body. */
export interface WebsocketEvent extends APIGatewayProxyWebsocketEventV2 {
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
}

const API_ID = 'a1b2c3d4e5';
const HOST = `${API_ID}.execute-api.eu-west-1.amazonaws.com`;
const ROUTES = { CONNECT: '$connect', MESSAGE: '$default', DISCONNECT: '$disconnect' } as const;

/**
 * An event of an API Gateway WebSocket API: a client that connects, sends a message, or is gone.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integrations.html
 */
export function websocket(options: WebsocketEventOptions = {}): WebsocketEvent {
  const { type = 'MESSAGE' } = options;
  const request = makeRequest(options, HOST);
  const headers = type === 'DISCONNECT' ? { Host: HOST } : { ...request.headers };
  const query = Object.entries(request.query);
  const requestContext = {
    routeKey: options.routeKey ?? ROUTES[type],
    eventType: type,
    extendedRequestId: 'JKJaXmPLvHcESHA=',
    requestTime: REQUEST_TIME_TEXT,
    requestTimeEpoch: REQUEST_TIME_MS,
    messageDirection: 'IN',
    stage: 'prod',
    connectedAt: REQUEST_TIME_MS,
    identity: { sourceIp: SOURCE_IP, userAgent: request.headers['User-Agent'] ?? request.headers['user-agent'] },
    requestId: 'JKJaXmPLvHcESHA=',
    domainName: HOST,
    connectionId: options.connectionId ?? 'JKJaXcxmPLvHcEA=',
    accountId: '123456789012',
    apiId: API_ID,
    ...(options.authorizer === undefined ? {} : { authorizer: { ...options.authorizer } }),
    ...(type === 'MESSAGE' ? { messageId: 'JKJaZexmPLvHcEB=' } : {}),
    ...(type === 'DISCONNECT' ? { disconnectStatusCode: 1000, disconnectReason: 'Connection Closed Normally' } : {}),
  };
  return {
    ...(type === 'MESSAGE'
      ? {}
      : {
          headers,
          multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, one]) => [name, [one]])),
        }),
    ...(type === 'CONNECT' && query.length > 0
      ? {
          queryStringParameters: Object.fromEntries(query.map(([name, values]) => [name, values.at(-1)])),
          multiValueQueryStringParameters: Object.fromEntries(query.map(([name, values]) => [name, [...values]])),
        }
      : {}),
    requestContext,
    ...(type === 'MESSAGE' ? { body: request.body ?? '' } : {}),
    isBase64Encoded: type === 'MESSAGE' && request.isBase64Encoded,
    // The types know no identity, and a message id in every event.
  } as unknown as WebsocketEvent;
}
