import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { payload2 } from './api-gateway-http.ts';
import { defineHttpSource } from './http.ts';
import { judgeProxyResult } from './http-result.ts';

/**
 * Lambda function URL: payload format 2.0 under a `lambda-url` domain, without routes. A result without a status code
 * is the body of a 200; one with an invalid status code, headers or body makes it answer 502.
 *
 * @carrier HTTP headers in any case
 * @name `{method}`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export const functionUrl: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> = /* @__PURE__ */ (() =>
  defineHttpSource({
    ...payload2,
    id: 'function-url',
    matches: (event) =>
      text(event.requestContext?.domainName)?.includes('.lambda-url.') === true && payload2.matches(event),
    facts: (event) => ({ eventId: event.requestContext?.requestId }),
    judge: (result) => judgeProxyResult(result, 502, true),
  }))();
