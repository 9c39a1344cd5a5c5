import type { TextMapGetter } from '@opentelemetry/api';
import type { Carrier } from './trigger.ts';

/**
 * Reads carriers and HTTP headers: finds a name in any case, because API Gateway's REST API passes on whatever case the
 * caller used. Of several values the first counts.
 */
export const carrierGetter: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get(carrier, key) {
    const name = key.toLowerCase();
    const isIt = (each: string): boolean => each.length === name.length && each.toLowerCase() === name;
    const found = name in carrier ? name : Object.keys(carrier).find(isIt);
    const value = found === undefined ? undefined : carrier[found];
    const first = typeof value === 'string' ? value : value?.[0];
    return typeof first === 'string' ? first : undefined;
  },
};
