import { isSpanContextValid, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { carrierGetter } from './carrier.ts';
import { object, parsed } from './shape.ts';
import type { Carrier, Trigger } from './trigger.ts';
import { parseXray, XRAY_HEADER } from './xray.ts';

/**
 * The carrier of an invocation: a client context that holds a trace context, else the trigger's own.
 *
 * Lambda hands a client context over for synchronous calls of its Invoke API alone. Where there is one, somebody called
 * this function directly, whatever the event looks like: a carrier inside a forwarded event belongs to an earlier hop.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function carrierOf(
  trigger: Trigger,
  event: unknown,
  context: Context,
): Carrier | readonly Carrier[] | undefined {
  return clientCarrier(context) ?? trigger.carrier?.(event, context);
}

/**
 * The first of the places that holds a valid trace context, for payloads whose fields are the user's: a field that only
 * happens to be called `baggage` or `traceparent` is no carrier. Names are looked for as propagators write them.
 */
export function carrierIn(...places: readonly unknown[]): Carrier | undefined {
  return (places.map(object) as readonly Carrier[]).find(holdsContext);
}

/** Writers differ: AWS documents `custom`, the instrumentation of the AWS SDK writes `Custom`; either may be base64. */
function clientCarrier(context: Context | undefined): Carrier | undefined {
  try {
    const given = context?.clientContext;
    if (given === undefined || given === null) return undefined;
    const { custom, Custom } = object(decoded(given));
    return carrierIn(decoded(custom), decoded(Custom));
  } catch {
    // A context that cannot be read is said where its facts are.
    return undefined;
  }
}

function decoded(value: unknown): unknown {
  return typeof value === 'string' ? (parsed(value) ?? parsed(Buffer.from(value, 'base64').toString())) : value;
}

function holdsContext(place: Carrier): boolean {
  try {
    if (parseXray(place[XRAY_HEADER]) !== undefined) return true;
    // A payload of 100,000 fields takes 20 ms to be searched for a name in any case.
    if (!propagation.fields().some((name) => place[name] !== undefined)) return false;
    const found = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, place, carrierGetter));
    return found !== undefined && isSpanContextValid(found);
  } catch {
    // An object that cannot be looked into is a user's own affair.
    return false;
  }
}
