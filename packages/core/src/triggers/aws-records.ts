import {
  EVENT_SOURCE_ARN,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_ID,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { firstRecord, known } from '../shape.ts';
import type { BatchTrigger, FaasTrigger, RecordSource } from '../trigger.ts';

/** An event of the shape that SQS, Kinesis and DynamoDB Streams share. */
interface RecordsEvent<Rec> {
  readonly Records: readonly Rec[];
}

interface AwsRecord {
  readonly eventSourceARN?: string | undefined;
}

interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

type Known = Readonly<Record<string, string | number | undefined>>;

/** What sets a source apart whose events are `{ Records: [...] }` and whose partial responses name item identifiers. */
export interface AwsRecords<Rec>
  extends Pick<RecordSource<unknown, Rec, unknown>, 'order' | 'key' | 'carrier' | 'sentAtMs' | 'attempt'> {
  readonly id: string;
  readonly kind: FaasTrigger;
  /** `eventSource` of its records. */
  readonly eventSource: string;
  /** Value of `messaging.system.name`. */
  readonly system: string;
  /** The id by which the source retries a record. */
  idOf(record: Rec): string | undefined;
  /** Attributes of the invocation span. */
  invocation?(first: Rec | undefined): Known;
  /** Attributes of batch and record spans beside system, destination and ids. */
  batch?(record: Rec | undefined): Known;
  /** Attributes of a record's span beside those. */
  record(record: Rec): Known;
}

/** Declares a batch source of that shape. */
export function defineAwsRecords<Rec extends AwsRecord>({
  id,
  kind,
  eventSource,
  system,
  idOf,
  invocation,
  batch,
  record: describe,
  ...source
}: AwsRecords<Rec>): BatchTrigger<RecordsEvent<Rec>, Rec, BatchResponse> {
  const common = (record: Rec | undefined): Known => ({
    [MESSAGING_SYSTEM_NAME]: system,
    [MESSAGING_DESTINATION_NAME]: sourceOf(record),
    ...batch?.(record),
  });
  return {
    id,
    kind,
    matches: (event) => firstRecord(event).eventSource === eventSource,
    plan: ({ Records: [first] }) => ({ attributes: known({ ...invocation?.(first) }) }),
    records: {
      list: ({ Records }) => Records,
      id: (record) => idOf(record) ?? '',
      respond: (failedIds) => ({ batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }),
      source: ({ Records: [first] }) => sourceOf(first),
      attributes: ({ Records: [first] }) => known({ ...common(first), [EVENT_SOURCE_ARN]: first?.eventSourceARN }),
      plan: (record) => ({
        attributes: known({ ...common(record), [MESSAGING_MESSAGE_ID]: idOf(record), ...describe(record) }),
      }),
      ...source,
    },
  };
}

/** Name of the queue, stream or table: an ARN ends with `NAME`, `stream/NAME` or `table/NAME/stream/LABEL`. */
export function sourceOf(record: AwsRecord | undefined): string | undefined {
  const resource = record?.eventSourceARN?.split(':').slice(5).join(':');
  return resource?.split('/')[1] ?? (resource || undefined);
}
