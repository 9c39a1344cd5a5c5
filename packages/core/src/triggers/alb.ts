import type { ALBEvent, ALBResult } from 'aws-lambda';
import { object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineHttpSource } from './http.ts';

/**
 * Application Load Balancer. With multi-value headers on, `headers` is absent and `multiValueHeaders` has them all.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export const alb: Trigger<ALBEvent, ALBResult> = /* @__PURE__ */ defineHttpSource({
  id: 'alb',
  matches: (event) => typeof object(object(event).requestContext).elb === 'object',
  request: (event) => ({ method: event.httpMethod, path: event.path }),
  // The load balancer answers a malformed response with 502.
  statusWhenMissing: 502,
});
