import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import {
  EVENT_SOURCE_ARN,
  FAAS_DOCUMENT_COLLECTION,
  FAAS_DOCUMENT_OPERATION,
  FAAS_DOCUMENT_TIME,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_MESSAGE_ID,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { type BatchTrigger, defineBatchTrigger } from '../trigger.ts';
import { arnResource } from './arn.ts';
import { firstRecord, known } from './shape.ts';

// The conventions have no page for DynamoDB Streams; the custom value follows their pattern for SQS.
const system = { [MESSAGING_SYSTEM_NAME]: 'aws.dynamodb_streams' };

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
  defineBatchTrigger({
    id: 'dynamodb-streams',
    kind: 'datasource',
    matches: (event) => firstRecord(event).eventSource === 'aws:dynamodb',
    plan: (event) => ({ attributes: known({ [FAAS_DOCUMENT_COLLECTION]: tableOf(event.Records[0]) }) }),
    records: {
      list: (event) => event.Records,
      id: (record) => record.dynamodb?.SequenceNumber ?? '',
      respond: (failedIds) => ({ batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }),
      order: 'sequence',
      source: (event) => tableOf(event.Records[0]),
      attributes: (event) => {
        const first = event.Records[0];
        return known({
          ...system,
          [MESSAGING_DESTINATION_NAME]: tableOf(first),
          [EVENT_SOURCE_ARN]: first?.eventSourceARN,
        });
      },
      plan: (record) => ({
        attributes: known({
          ...system,
          [MESSAGING_DESTINATION_NAME]: tableOf(record),
          [MESSAGING_MESSAGE_ID]: record.dynamodb?.SequenceNumber,
          [FAAS_DOCUMENT_COLLECTION]: tableOf(record),
          [FAAS_DOCUMENT_OPERATION]: OPERATIONS.get(record.eventName),
          [FAAS_DOCUMENT_TIME]: timeOf(record),
        }),
      }),
      sentAtMs: (record) => sentAtMs(record),
    },
  });

/** `arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL` */
function tableOf(record: DynamoDBRecord | undefined): string | undefined {
  return arnResource(record?.eventSourceARN)?.split('/')[1];
}

/** Whole seconds in the event; the change may be up to a second older. */
function sentAtMs(record: DynamoDBRecord): number | undefined {
  const seconds = record.dynamodb?.ApproximateCreationDateTime;
  return Number.isFinite(seconds) ? Number(seconds) * 1000 : undefined;
}

function timeOf(record: DynamoDBRecord): string | undefined {
  const ms = sentAtMs(record);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
