import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { FAAS_DOCUMENT_COLLECTION, FAAS_DOCUMENT_OPERATION, FAAS_DOCUMENT_TIME } from '../attributes.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineAwsRecords, sourceOf } from './aws-records.ts';

/** `faas.document.operation` of a stream event's name. */
const OPERATIONS: ReadonlyMap<unknown, string> = new Map([
  ['INSERT', 'insert'],
  ['MODIFY', 'edit'],
  ['REMOVE', 'delete'],
]);

/**
 * DynamoDB Streams. A batch comes from one shard and is resumed at the first failed sequence number.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export const dynamodbStreams: BatchTrigger<DynamoDBStreamEvent, DynamoDBRecord, DynamoDBBatchResponse> =
  /* @__PURE__ */ defineAwsRecords<DynamoDBRecord>({
    id: 'dynamodb-streams',
    kind: 'datasource',
    eventSource: 'aws:dynamodb',
    // The conventions have no page for DynamoDB Streams; the custom value follows their pattern for SQS.
    system: 'aws.dynamodb_streams',
    idOf: ({ dynamodb }) => dynamodb?.SequenceNumber,
    invocation: (first) => ({ [FAAS_DOCUMENT_COLLECTION]: sourceOf(first) }),
    record: (record) => ({
      [FAAS_DOCUMENT_COLLECTION]: sourceOf(record),
      [FAAS_DOCUMENT_OPERATION]: OPERATIONS.get(record.eventName),
      [FAAS_DOCUMENT_TIME]: timeOf(record),
    }),
    order: 'sequence',
    key: ({ dynamodb }) => JSON.stringify(dynamodb?.Keys),
    sentAtMs,
  });

/** Whole seconds in the event; the change may be up to a second older. */
function sentAtMs(record: DynamoDBRecord): number | undefined {
  const seconds = record.dynamodb?.ApproximateCreationDateTime;
  return Number.isFinite(seconds) ? Number(seconds) * 1000 : undefined;
}

function timeOf(record: DynamoDBRecord): string | undefined {
  const ms = sentAtMs(record);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
