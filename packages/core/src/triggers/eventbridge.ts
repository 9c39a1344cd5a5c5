import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * Amazon EventBridge: an event that a rule passed on, of AWS services, partners or your own applications.
 *
 * @carrier Top-level keys of `detail`, then of `detail.requestPayload` (Lambda destinations). The header that
 *   `PutEvents` takes is not in the event; it arrives as the invocation's X-Ray header.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export const eventbridge: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'eventbridge',
  kind: 'pubsub',
  matches: (event) => typeof event['detail-type'] === 'string' && typeof event.source === 'string' && 'detail' in event,
  facts: (event) => ({
    arn: event.resources?.[0],
    name: event.source,
    operation: event['detail-type'],
    eventId: event.id,
  }),
  carrier: (event) => carrierIn(event.detail, event.detail?.requestPayload),
  sentAtMs: (event) => Date.parse(String(event.time)),
});
