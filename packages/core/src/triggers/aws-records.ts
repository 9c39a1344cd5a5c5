import {
  BATCH_WINDOW_END,
  BATCH_WINDOW_FINAL,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { type Deep, firstRecord, text } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineRecords, type Known, type Records } from './records.ts';

/** An event of the shape that SQS, Kinesis and DynamoDB Streams share. */
interface RecordsEvent<Rec> {
  readonly Records: readonly Rec[];
}

interface AwsRecord {
  readonly eventSourceARN?: string | undefined;
}

/** The partial response of an event source mapping. */
interface BatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** What sets a source apart whose events are `{ Records: [...] }` and whose partial responses name item identifiers. */
export interface AwsRecords<Rec>
  extends Omit<
    Records<RecordsEvent<Rec>, Rec, BatchResponse>,
    'matches' | 'list' | 'respond' | 'arnOf' | 'common' | 'invocation' | 'batch'
  > {
  /** `eventSource` of its records. */
  readonly eventSource: string;
  /** Value of `messaging.system.name`. */
  readonly system: string;
  /** Attributes of the invocation span, given the name of the queue, stream or table. */
  invocation?(source: string | undefined): Known;
  /** Attributes of batch and record spans beside system and destination. */
  common?(record: Rec | undefined): Known;
}

/**
 * Declares a batch source of that shape. The last event of a tumbling window may have no records: only its own
 * `eventSourceARN` then tells where it comes from.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export function defineAwsRecords<Rec extends AwsRecord>({
  eventSource,
  system,
  invocation,
  common,
  ...source
}: AwsRecords<Rec>): BatchTrigger<RecordsEvent<Rec>, Rec, BatchResponse> {
  return defineRecords<RecordsEvent<Rec>, Rec, BatchResponse>({
    ...source,
    matches: (event) =>
      // An event that is no window's is told by its records alone.
      (firstRecord(event).eventSource ??
        (event.isFinalInvokeForWindow !== undefined && `aws:${text(event.eventSourceARN)?.split(':')[2]}`)) ===
      eventSource,
    list: (event) => event.Records,
    respond: (failedIds) => ({ batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }),
    arnOf,
    invocation: (event) => ({ ...invocation?.(resourceOf(arnOf(event))) }),
    common: (record, event) => ({
      [MESSAGING_SYSTEM_NAME]: system,
      [MESSAGING_DESTINATION_NAME]: resourceOf(record?.eventSourceARN ?? (event && arnOf(event))),
      ...common?.(record),
    }),
    batch: (event) => {
      const { window, isFinalInvokeForWindow } = event as unknown as Deep;
      return {
        [BATCH_WINDOW_END]: text(window?.end),
        [BATCH_WINDOW_FINAL]: typeof isFinalInvokeForWindow === 'boolean' ? isFinalInvokeForWindow : undefined,
      };
    },
  });
}

/** Name of the queue, stream or table: an ARN ends with `NAME`, `stream/NAME` or `table/NAME/stream/LABEL`. */
export function resourceOf(arn: unknown): string | undefined {
  // The records of a batch share their ARN; taking it apart takes 0.5 us, and each record asks several times.
  if (arn !== lastArn) {
    const resource = text(arn)?.split(':').slice(5).join(':');
    lastResource = resource?.split('/')[1] ?? (resource || undefined);
    lastArn = arn;
  }
  return lastResource;
}

let lastArn: unknown;
let lastResource: string | undefined;

/** The records' own ARN, or the window's. */
function arnOf(event: RecordsEvent<AwsRecord>): unknown {
  return firstRecord(event).eventSourceARN ?? (event as unknown as Deep).eventSourceARN;
}
