import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * The record of an asynchronous invocation of another function, whose destination this function is. The operation is
 * the condition: `Success`, `RetriesExhausted`, `EventAgeExceeded`.
 *
 * @carrier Top-level keys of `requestPayload`, then of `requestPayload.detail` (EventBridge).
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export const lambdaDestination: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'lambda-destination',
  matches: (event) => event.requestContext?.condition && 'requestPayload' in event,
  facts: ({ requestContext }) => ({
    arn: requestContext?.functionArn,
    operation: requestContext?.condition,
    eventId: requestContext?.requestId,
  }),
  carrier: ({ requestPayload }) => carrierIn(requestPayload, requestPayload?.detail),
  sentAtMs: ({ timestamp }) => Date.parse(String(timestamp)),
});
