import type { Trigger } from '../trigger.ts';

/** What an event is when no other trigger recognises it: a direct invocation, or a source without a file here. */
export const unknownTrigger: Trigger = {
  id: 'unknown',
  kind: 'other',
  matches: () => true,
  plan: () => ({ attributes: {} }),
};
