import type { Attributes } from '@opentelemetry/api';
import { EVENT_SOURCE_ARN, MESSAGING_DESTINATION_NAME, MESSAGING_MESSAGE_ID } from '../attributes.ts';
import { type Deep, text } from '../shape.ts';
import type { BatchTrigger, FaasTrigger, RecordSource } from '../trigger.ts';

/** Attributes as far as they are known. */
export type Known = Readonly<Record<string, string | number | boolean | undefined>>;

/** What sets a source of batches apart. */
export interface Records<E, Rec, R>
  extends Pick<
    RecordSource<E, Rec, R>,
    'list' | 'respond' | 'answer' | 'order' | 'resumes' | 'key' | 'carrier' | 'sentAtMs' | 'attempt' | 'payload'
  > {
  readonly id: string;
  readonly kind: FaasTrigger;
  matches(event: Deep): unknown;
  /** ARN of what the batch comes from. */
  arnOf(event: E): unknown;
  /**
   * What batch and record spans have in common: system and destination, which names the spans. A record's span knows no
   * event, the batch's may know no record.
   */
  common(record: Rec | undefined, event?: E): Known;
  /** The id by which the source retries a record. */
  idOf(record: Rec): unknown;
  /** Attributes of the invocation span. */
  invocation?(event: E): Known;
  /** Attributes of the batch span beside the common ones and the ARN. */
  batch?(event: E): Known;
  /** Attributes of a record's span beside the common ones and its id. */
  record?(record: Rec): Known;
}

/** Declares a source of batches. */
export function defineRecords<E, Rec, R>({
  id,
  kind,
  matches,
  arnOf,
  common,
  idOf,
  invocation,
  batch,
  record: describe,
  ...source
}: Records<E, Rec, R>): BatchTrigger<E, Rec, R> {
  const ofBatch = (event: E): Known => common(source.list(event)[0], event);
  return {
    id,
    kind,
    matches: (event) => Boolean(matches(event as Deep)),
    plan: (event) => ({ attributes: scalars({ ...invocation?.(event) }) }),
    records: {
      ...source,
      id: (record) => text(idOf(record)) ?? '',
      source: (event) => text(ofBatch(event)[MESSAGING_DESTINATION_NAME]),
      attributes: (event) => scalars({ ...ofBatch(event), [EVENT_SOURCE_ARN]: text(arnOf(event)), ...batch?.(event) }),
      plan: (record) => {
        const attributes = scalars(common(record));
        const messageId = text(idOf(record));
        if (messageId !== undefined) attributes[MESSAGING_MESSAGE_ID] = messageId;
        return { attributes: scalars(describe?.(record), attributes) };
      },
    },
  };
}

/** What can be an attribute: values come out of events as they are, and an object in a text's place would stay one. */
function scalars(values: Known | undefined, found: Attributes = {}): Attributes {
  for (const key in values) {
    const value = values[key];
    if (typeof value === 'string' ? value !== '' : typeof value === 'number' || typeof value === 'boolean') {
      found[key] = value;
    }
  }
  return found;
}

/**
 * `faas.document.operation` of a change, by the word that its source has for it: `update` and `replace`, and what
 * concerns whole collections, are edits.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export function documentOperation(change: string): string {
  if (/^(insert|ObjectCreated)/i.test(change)) return 'insert';
  // S3 says `ObjectRemoved:DeleteMarkerCreated` and `LifecycleExpiration:Delete` too.
  return /^(delete|remove)|:Delete/i.test(change) ? 'delete' : 'edit';
}

/** A time in the form of `faas.document.time`; `undefined` when it is none. */
export function isoTime(ms: number | undefined): string | undefined {
  // The least and the greatest time that a Date may have, in milliseconds.
  return Math.abs(Number(ms)) <= 8.64e15 ? new Date(Number(ms)).toISOString() : undefined;
}
