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
  facts: (event) => ({
    arn: event.requestContext?.functionArn,
    operation: event.requestContext?.condition,
    eventId: event.requestContext?.requestId,
  }),
  carrier: (event) => carrierIn(event.requestPayload, event.requestPayload?.detail),
  sentAtMs: (event) => Date.parse(String(event.timestamp)),
});
