import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A code hook of an Amazon Lex V2 bot. The operation is the intent; nothing is taken of what the user said.
 *
 * @carrier Top-level keys of `requestAttributes`.
 * @see https://docs.aws.amazon.com/lexv2/latest/dg/lambda-input-format.html
 */
export const lexV2: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'lex-v2',
  matches: (event) => event.bot && event.invocationSource && event.sessionState,
  facts: (event) => ({
    name: event.bot?.name,
    operation: event.sessionState?.intent?.name,
    eventId: event.sessionState?.originatingRequestId,
  }),
  carrier: (event) => carrierIn(event.requestAttributes),
});
