import { MESSAGING_DESTINATION_NAME, MESSAGING_SYSTEM_NAME } from '../attributes.ts';
import { carrierIn } from '../payload-carrier.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A rule of AWS IoT Core. What such an event looks like is up to the rule's SQL, so it is recognised only when that
 * selects both `topic() AS topic` and `clientid() AS clientid`; otherwise the trigger is `unknown`, which finds a trace
 * context in the same place.
 *
 * @carrier Top-level keys, such as `get_user_properties('traceparent') AS traceparent` selects (MQTT 5).
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
 */
export const iotRule: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'iot-rule',
  kind: 'pubsub',
  matches: (event) => text(event.clientid) && text(event.topic),
  facts: (event) => ({
    name: event.clientid,
    eventId: event.traceid,
    attributes: { [MESSAGING_SYSTEM_NAME]: 'mqtt', [MESSAGING_DESTINATION_NAME]: text(event.topic) },
  }),
  carrier: (event) => carrierIn(event),
});
