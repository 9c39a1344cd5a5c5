import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import {
  FAAS_DOCUMENT_COLLECTION,
  FAAS_DOCUMENT_OPERATION,
  FAAS_DOCUMENT_TIME,
  RECORD_EXPIRED,
} from '../attributes.ts';
import { type Deep, object, text } from '../shape.ts';
import type { BatchTrigger, Carrier } from '../trigger.ts';
import { defineAwsRecords, resourceOf } from './aws-records.ts';
import { documentOperation, isoTime } from './records.ts';

/**
 * DynamoDB Streams. A batch comes from one shard and is resumed at the first failed sequence number. A removal whose
 * cause was the item's time to live is told apart.
 *
 * @carrier none by itself; `lambda.dynamodb({ carrier: itemContext('trace') }, ...)` reads the item's attribute of that name.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const dynamodbStreams: BatchTrigger<DynamoDBStreamEvent, DynamoDBRecord, DynamoDBBatchResponse> =
  /* @__PURE__ */ defineAwsRecords<DynamoDBRecord>({
    id: 'dynamodb-streams',
    kind: 'datasource',
    eventSource: 'aws:dynamodb',
    // The conventions have no page for DynamoDB Streams; the custom value follows their pattern for SQS.
    system: 'aws.dynamodb_streams',
    idOf: (record) => record.dynamodb?.SequenceNumber,
    invocation: (table) => ({ [FAAS_DOCUMENT_COLLECTION]: table }),
    record: (record) => ({
      [FAAS_DOCUMENT_COLLECTION]: resourceOf(record.eventSourceARN),
      [FAAS_DOCUMENT_OPERATION]: record.eventName && documentOperation(record.eventName),
      [FAAS_DOCUMENT_TIME]: isoTime(sentAtMs(record)),
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
      [RECORD_EXPIRED]: object(record.userIdentity).principalId === 'dynamodb.amazonaws.com' || undefined,
    }),
    order: 'sequence',
    key: (record) => JSON.stringify(record.dynamodb?.Keys),
    sentAtMs,
  });

/** Whole seconds in the event; the change may be up to a second older. */
function sentAtMs(record: DynamoDBRecord): number | undefined {
  const seconds = record.dynamodb?.ApproximateCreationDateTime;
  return Number.isFinite(seconds) ? Number(seconds) * 1000 : undefined;
}

/**
 * The trace context that a writer left in an attribute of the item: a text that is a `traceparent`, or a map with
 * `traceparent` and `tracestate`. Read it when writers put it there on purpose: an item keeps the attribute, so a later
 * change by somebody else would continue a trace that has long ended.
 *
 * @param name The attribute's name. It is looked for in the new image, and in the old one of a removal.
 */
export function itemCarrier(record: DynamoDBRecord, name: string): Carrier | undefined {
  const { NewImage, OldImage } = object(record.dynamodb) as Deep;
  const item = (NewImage ?? OldImage)?.[name];
  const traceparent = text(item?.S ?? item?.M?.traceparent?.S);
  return traceparent === undefined ? undefined : { traceparent, tracestate: text(item?.M?.tracestate?.S) };
}

/**
 * Reads the trace context of a change from an attribute of the item: `lambda.dynamodb({ carrier: itemContext('trace') },
 * ...)`. See {@link itemCarrier} for its form, and for why it is not read unless asked for.
 */
export function itemContext(name: string): (record: DynamoDBRecord) => Carrier | undefined {
  return (record) => itemCarrier(record, name);
}
