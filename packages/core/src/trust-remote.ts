import type { FaasTrigger } from './trigger.ts';

/**
 * Whether a caller's trace context becomes the parent of the invocation, with its sampling decision and its baggage, or
 * a link alone: for every trigger, or by the trigger's kind (`faas.trigger`), where `parent` is the default.
 */
export type TrustRemote = RemoteTrust | { readonly [kind in FaasTrigger]?: RemoteTrust | undefined };

/** What becomes of a caller's trace context. */
type RemoteTrust = 'parent' | 'link';

/** Whether the callers of a kind of trigger are trusted. */
export function isTrusted(trust: TrustRemote, kind: FaasTrigger): boolean {
  return (typeof trust === 'string' ? trust : trust[kind]) !== 'link';
}
