import { type Deep, firstRecord, text } from '../shape.ts';
import type { BatchTrigger, Carrier, FaasTrigger } from '../trigger.ts';
import { type SourceFacts, sourceAttributes } from './source.ts';

interface SingleEvent<Rec> {
  readonly Records: readonly Rec[];
}

/** What sets a source apart whose events are `{ Records: [one] }`: its record's facts are the invocation's. */
export interface Single<Rec> {
  readonly id: string;
  readonly kind: FaasTrigger;
  /** Recognises the record. */
  matches(record: Deep): boolean;
  facts(record: Rec): SourceFacts;
  carrier?(record: Rec): Carrier;
  /** Queue, stream or topic that names the record's span. */
  source(record: Rec): string | undefined;
  /** The source's own timestamp. */
  time(record: Rec): string;
  payload?(record: Rec): unknown;
}

/** Declares a source of such events. */
export function defineSingle<Rec>(single: Single<Rec>): BatchTrigger<SingleEvent<Rec>, Rec, void> {
  const { id, kind, matches, facts, carrier, source, time } = single;
  const first = ({ Records }: SingleEvent<Rec>): Rec => Records[0] as Rec;
  const plan = (record: Rec): { attributes: ReturnType<typeof sourceAttributes> } => ({
    attributes: sourceAttributes(facts(record)),
  });
  const sentAtMs = (record: Rec): number => Date.parse(time(record));
  return {
    id,
    kind,
    matches: (event) => matches(firstRecord(event) as Deep),
    plan: (event) => plan(first(event)),
    carrier: (event) => carrier?.(first(event)),
    sentAtMs: (event) => sentAtMs(first(event)),
    records: {
      single: true,
      list: (event) => event.Records,
      id: (record) => text(facts(record).eventId) ?? '',
      source: (event) => source(first(event)),
      plan,
      sentAtMs,
      payload: (record) => single.payload?.(record),
    },
  };
}
