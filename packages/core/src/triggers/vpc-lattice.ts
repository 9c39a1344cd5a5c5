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
  matches: ({ method, raw_path, requestContext }) => method && (raw_path ?? requestContext?.serviceNetworkArn),
  request: ({ method, path, raw_path, query_string_parameters, queryStringParameters }) => ({
    method,
    path: path ?? raw_path,
    query: queryOf(queryStringParameters ?? query_string_parameters),
  }),
  facts: ({ requestContext }) => ({ arn: requestContext?.serviceArn ?? requestContext?.targetGroupArn }),
  judge: (result) => judgeProxyResult(result, 502),
});
