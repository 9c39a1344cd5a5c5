import { type Deep, text } from '../shape.ts';
import type { Carrier, Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/** Members of which an event has one, and the S3 operation that the caller meant. */
const OPERATIONS: readonly (readonly [string, string])[] = [
  ['getObjectContext', 'GetObject'],
  ['headObjectContext', 'HeadObject'],
  ['listObjectsContext', 'ListObjects'],
  ['listObjectsV2Context', 'ListObjectsV2'],
];

/**
 * S3 Object Lambda: a function that stands between S3 and the caller of `GetObject`, `HeadObject` or `ListObjects`.
 *
 * @carrier Headers of the caller's request (`userRequest.headers`): those that it signed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html
 */
export const s3ObjectLambda: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 's3-object-lambda',
  matches: (event) => event.userRequest && operationOf(event),
  facts: (event) => ({
    arn: event.configuration?.accessPointArn,
    operation: operationOf(event),
    eventId: text(event.xAmzRequestId),
  }),
  carrier: (event) => event.userRequest?.headers as Carrier | undefined,
});

function operationOf(event: Deep): string | undefined {
  return OPERATIONS.find(([context]) => event[context] !== undefined)?.[1];
}
