import type {
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from 'aws-lambda';
import {
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { base64Text } from '../decode.ts';
import { survive } from '../diagnose.ts';
import type { BatchTrigger, RecordResult } from '../trigger.ts';
import { resourceOf } from './aws-records.ts';
import { defineRecords } from './records.ts';

/**
 * What becomes of a Firehose record: text or bytes as its data; nothing, and it stays as it was; or a result with more
 * to say. `partitionKeys` are those of dynamic partitioning.
 */
export type FirehoseOutput =
  | string
  | Uint8Array
  | {
      readonly result?: 'Ok' | 'Dropped' | undefined;
      readonly data?: string | Uint8Array | undefined;
      readonly partitionKeys?: Readonly<Record<string, string>> | undefined;
    }
  | undefined
  | void;

/**
 * Amazon Data Firehose, data transformation: the function answers for each record with `Ok`, `Dropped` or
 * `ProcessingFailed`.
 *
 * @carrier The data: top-level keys of a JSON object, the `detail` of an EventBridge event, the attributes of an SNS
 *   message. Data in gzip is not looked into.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export const firehose: BatchTrigger<
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult
> = /* @__PURE__ */ defineRecords<
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult
>({
  id: 'firehose',
  kind: 'pubsub',
  matches: (event) => event.deliveryStreamArn && event.records,
  list: (event) => event.records,
  arnOf: (event) => event.deliveryStreamArn,
  common: (record, event) => ({
    // The conventions have no page for Firehose; the custom value follows their pattern for SQS.
    [MESSAGING_SYSTEM_NAME]: 'aws.firehose',
    [MESSAGING_DESTINATION_NAME]: resourceOf(event?.deliveryStreamArn),
    [MESSAGING_DESTINATION_PARTITION_ID]: record?.kinesisRecordMetadata?.shardId,
  }),
  idOf: (record) => record.recordId,
  answer: (results) => ({ records: results.map(answerRecord) }),
  record: (record) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.data, 'base64') }),
  key: (record) => record.kinesisRecordMetadata?.partitionKey,
  payload: (record) => base64Text(record.data),
  sentAtMs: (record) => record.approximateArrivalTimestamp,
});

function answerRecord({
  failed,
  record: { data: given, recordId },
  value,
}: RecordResult<FirehoseTransformationEventRecord>): FirehoseTransformationResultRecord {
  const unchanged = { recordId, data: given } as const;
  const answer = (): FirehoseTransformationResultRecord => {
    const output = value as FirehoseOutput;
    const isData = typeof output === 'string' || output instanceof Uint8Array;
    const { data, partitionKeys, result = 'Ok' } = isData ? { data: output } : (output ?? {});
    return {
      ...unchanged,
      result: failed ? 'ProcessingFailed' : result,
      ...(data !== undefined && { data: Buffer.from(data as string).toString('base64') }),
      ...(partitionKeys && { metadata: { partitionKeys: { ...partitionKeys } } }),
    };
  };
  // One answer that is none, from code without types, shall not cost Firehose those of all other records.
  return survive('result_unreadable', 'Reading a result', answer, { ...unchanged, result: 'ProcessingFailed' });
}
