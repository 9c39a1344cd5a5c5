import type { ALBEvent, ALBResult } from 'aws-lambda';
import { defineTrigger, type Trigger } from '../trigger.ts';
import { judgeHttp, planHttp } from './http.ts';
import { object } from './shape.ts';

/**
 * Application Load Balancer. With multi-value headers on, `headers` is absent and `multiValueHeaders` has them all.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const alb: Trigger<ALBEvent, ALBResult> = defineTrigger({
  id: 'alb',
  kind: 'http',
  matches: (event) => typeof object(object(event).requestContext).elb === 'object',
  plan: (event) =>
    planHttp({ method: event.httpMethod, path: event.path, headers: object(event.multiValueHeaders ?? event.headers) }),
  carrier: (event) => ({ ...event.multiValueHeaders, ...event.headers }),
  // The load balancer answers a malformed response with 502.
  judge: (result) => judgeHttp(result, 502),
});
