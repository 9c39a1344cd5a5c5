import type { CloudFrontRequestEvent, CloudFrontRequestResult } from 'aws-lambda';
import { type Deep, firstRecord, object } from '../shape.ts';
import type { Carrier, Trigger } from '../trigger.ts';
import { defineHttpSource } from './http.ts';
import { judgeStatus } from './http-result.ts';

/**
 * CloudFront (Lambda@Edge), at any of its four events. A response is judged by its status; a request that goes on has
 * none.
 *
 * @carrier headers of the request
 * @name `{method}`
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
 */
export const cloudfront: Trigger<CloudFrontRequestEvent, CloudFrontRequestResult> = /* @__PURE__ */ defineHttpSource({
  id: 'cloudfront',
  matches: (event) => cf(event).request,
  request: (event) => {
    const { method, uri, querystring, clientIp } = object(cf(event).request);
    return { method, path: uri, query: querystring, clientAddress: clientIp };
  },
  headers: (event): Carrier => {
    // A header is a list of `{ key, value }`.
    const headers = Object.entries(object(cf(event).request?.headers));
    return Object.fromEntries(headers.map(([name, values]) => [name, object(object(values)[0]).value])) as Carrier;
  },
  facts: (event) => {
    const { distributionId, eventType, requestId } = cf(event).config ?? {};
    return { name: distributionId, operation: eventType, eventId: requestId };
  },
  judge: (result) => judgeStatus(object(result).status),
});

function cf(event: Deep): Deep {
  return object(firstRecord(event).cf) as Deep;
}
