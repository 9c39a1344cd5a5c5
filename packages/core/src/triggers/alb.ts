import type { ALBEvent, ALBResult } from 'aws-lambda';
import type { Trigger } from '../trigger.ts';
import { defineHttpSource, queryOf } from './http.ts';
import { judgeProxyResult } from './http-result.ts';

/**
 * Application Load Balancer. With multi-value headers on, `headers` is absent and `multiValueHeaders` has them all.
 * What is no proxy result makes it answer 502.
 *
 * @carrier HTTP headers in any case, single or multi-value
 * @name `{method}`
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const alb: Trigger<ALBEvent, ALBResult> = /* @__PURE__ */ defineHttpSource<ALBEvent, ALBResult>({
  id: 'alb',
  matches: (event) => event.requestContext?.elb,
  request: (event) => ({
    method: event.httpMethod,
    path: event.path,
    // The load balancer leaves names and values encoded.
    query: queryOf(event.multiValueQueryStringParameters ?? event.queryStringParameters, String),
  }),
  facts: (event) => ({ arn: event.requestContext?.elb?.targetGroupArn }),
  judge: (result) => judgeProxyResult(result, 502),
});
