import type { ResolvedSettings } from './preset.ts';
import type { AnyTrigger, Trigger } from './trigger.ts';
import { builtInTriggers, unknownTrigger } from './triggers/index.ts';

/** Finds the trigger of an event: the first match of the settings' own, then the built-in ones, then `unknown`. */
export function recognise(event: unknown, settings: ResolvedSettings): Trigger {
  if (typeof event !== 'object' || event === null) return unknownTrigger;
  const found = settings.triggers.find((trigger) => matches(trigger, event));
  if (found !== undefined) return asTrigger(found);
  return builtInTriggers.find((trigger) => matches(trigger, event)) ?? unknownTrigger;
}

/** A trigger that throws while it looks at an event does not match it: hostile getters and revoked Proxies end here. */
function matches(trigger: AnyTrigger, event: unknown): boolean {
  try {
    return trigger.matches(event);
  } catch {
    return false;
  }
}

/** A trigger with an id and `matches` alone is complete: the rest has the defaults of `unknown`. */
function asTrigger(trigger: AnyTrigger): Trigger {
  return 'plan' in trigger ? (trigger as Trigger) : { ...unknownTrigger, id: trigger.id };
}
