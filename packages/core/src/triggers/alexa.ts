import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * An Alexa skill. The operation is the intent, or the type of a request without one: `LaunchRequest`.
 *
 * @carrier none
 * @see https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html
 */
export const alexa: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'alexa',
  matches: (event) => event.context?.System && event.request?.type,
  facts: (event) => ({
    name: event.context?.System?.application?.applicationId,
    operation: event.request?.intent?.name ?? event.request?.type,
    eventId: event.request?.requestId,
  }),
  sentAtMs: (event) => Date.parse(String(event.request?.timestamp)),
});
