import type { ALBEvent } from 'aws-lambda';

import { type HttpEventOptions, lowerCaseNames, makeRequest } from './http-request.ts';

/** Options of {@link alb}. */
export interface AlbEventOptions extends HttpEventOptions {
  /** The target group has multi value headers enabled: lists in place of single values. Off by default. */
  multiValue?: boolean | undefined;
}

/**
 * An event of an Application Load Balancer with a Lambda target. Header names are in lower case, query values stay
 * URL-encoded, and there is no route.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function alb(options: AlbEventOptions = {}): ALBEvent {
  const request = makeRequest(options, 'pets-123456789.eu-west-1.elb.amazonaws.com');
  const headers = lowerCaseNames(request.headers);
  const query = Object.entries(request.query).map(
    ([name, values]) => [encodeURIComponent(name), values.map(encodeURIComponent)] as const,
  );
  return {
    requestContext: {
      elb: {
        targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/pets/6d0ecf831eec9f09',
      },
    },
    httpMethod: request.method,
    path: request.path,
    ...(options.multiValue === true
      ? {
          multiValueQueryStringParameters: Object.fromEntries(query),
          multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        }
      : {
          queryStringParameters: Object.fromEntries(query.map(([name, values]) => [name, values.at(-1)])),
          headers,
        }),
    body: request.body ?? '',
    isBase64Encoded: request.isBase64Encoded,
  };
}
