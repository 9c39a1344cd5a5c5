import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineHttpSource, queryOf } from './http.ts';
import { judgeProxyResult } from './http-result.ts';

/**
 * VPC Lattice, with event structure version 1 or 2.
 *
 * @carrier HTTP headers in any case
 * @name `{method}`
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export const vpcLattice: Trigger<Deep> = /* @__PURE__ */ defineHttpSource({
  id: 'vpc-lattice',
  matches: (event) => event.method && (event.raw_path ?? event.requestContext?.serviceNetworkArn),
  request: (event) => ({
    method: event.method,
    path: event.path ?? event.raw_path,
    query: queryOf(event.queryStringParameters ?? event.query_string_parameters),
  }),
  facts: (event) => ({ arn: event.requestContext?.serviceArn ?? event.requestContext?.targetGroupArn }),
  judge: (result) => judgeProxyResult(result, 502),
});
