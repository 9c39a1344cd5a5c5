import type { Link } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { type Nested, nestedIn, unwrap } from './envelope.ts';
import { findLink } from './parent.ts';
import { carrierOf } from './payload-carrier.ts';
import type { Carrier, RecordSource, Trigger } from './trigger.ts';
import type { XrayPolicy } from './xray.ts';

/** Where an invocation comes from. */
export interface Origin {
  /** Where to look for the invocation's parent, in order. */
  readonly carriers: readonly Carrier[];
  /** Sources inside the event, from the outside in; of a batch, inside its first record. */
  readonly nested: string[] | undefined;
}

/** Where a record comes from. */
export interface Producer {
  /** The producer's context; `undefined` where the record carries none, and where it is the invocation's parent. */
  readonly link: Link | undefined;
  /** Sources inside the record, from the outside in. */
  readonly nested: string[] | undefined;
}

/** Where an invocation comes from: by the carriers of its trigger first, then by the messages inside the event. */
export function originOf(trigger: Trigger, event: unknown, context: Context): Origin {
  const nested = nestedIn(trigger, event);
  const outer = carrierOf(trigger, event, context) ?? [];
  return { carriers: [outer, nested.carriers].flat() as Carrier[], nested: namesOf(nested) };
}

/** Finds out who produced a record: by its own carrier first, then by the messages inside, by AWSTraceHeader last. */
export function producerOf(
  records: Pick<RecordSource<unknown, unknown, unknown>, 'carrier' | 'payload' | 'single'>,
  record: unknown,
  policy: XrayPolicy,
): Producer {
  const nested = unwrap(records.payload?.(record));
  const link = records.single === true ? undefined : findProducer(records.carrier?.(record), nested, policy);
  return { link, nested: namesOf(nested) };
}

/** Everything in a record that may carry a context, from the outside in. */
export function carriersOf(
  records: Pick<RecordSource<unknown, unknown, unknown>, 'carrier' | 'payload'>,
  record: unknown,
): readonly Carrier[] {
  return [records.carrier?.(record) ?? [], unwrap(records.payload?.(record)).carriers].flat() as Carrier[];
}

function findProducer(outer: Carrier | undefined, { carriers }: Nested, policy: XrayPolicy): Link | undefined {
  if (carriers.length > 0) {
    for (const carrier of [outer ?? {}, ...carriers]) {
      const link = findLink(carrier, 'ignore');
      if (link !== undefined) return link;
    }
  }
  return outer && findLink(outer, policy);
}

function namesOf({ sources }: Nested): string[] | undefined {
  return sources.length === 0 ? undefined : sources;
}
