import { carrierIn } from '../payload-carrier.ts';
import type { Trigger } from '../trigger.ts';

/**
 * What an event is when no other trigger recognises it: a direct invocation, a plain Step Functions input, or a source
 * that has no trigger.
 *
 * @carrier Top-level keys of the event, which need to form a valid trace context.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html
 */
export const unknownTrigger: Trigger = {
  id: 'unknown',
  kind: 'other',
  matches: () => true,
  plan: () => ({ attributes: {} }),
  carrier: (event) => carrierIn(event),
};
