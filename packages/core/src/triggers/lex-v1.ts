import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A code hook of an Amazon Lex V1 bot. The operation is the intent; nothing is taken of what the user said.
 *
 * @carrier Top-level keys of `requestAttributes`.
 * @see https://docs.aws.amazon.com/lex/latest/dg/lambda-input-response-format.html
 */
export const lexV1: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'lex-v1',
  matches: (event) => event.bot && event.currentIntent && event.invocationSource,
  facts: (event) => ({ name: event.bot?.name, operation: event.currentIntent?.name }),
  carrier: (event) => carrierIn(event.requestAttributes),
});
