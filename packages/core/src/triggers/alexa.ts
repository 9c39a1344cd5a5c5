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
  matches: ({ context, request }) => context?.System && request?.type,
  facts: ({ context, request }) => ({
    name: context?.System?.application?.applicationId,
    operation: request?.intent?.name ?? request?.type,
    eventId: request?.requestId,
  }),
  sentAtMs: ({ request }) => Date.parse(String(request?.timestamp)),
});
