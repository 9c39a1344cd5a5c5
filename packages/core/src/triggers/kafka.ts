import type { MSKEvent, MSKRecord, SelfManagedKafkaEvent } from 'aws-lambda';
import {
  KAFKA_MESSAGE_TOMBSTONE,
  KAFKA_OFFSET,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_BODY_SIZE,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { attributesCarrier } from '../carrier.ts';
import { base64Text } from '../decode.ts';
import { type Deep, object, text, ungrouped } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineRecords } from './records.ts';

/** An event of Amazon MSK or of a Kafka cluster of your own. */
export type KafkaEvent = MSKEvent | SelfManagedKafkaEvent;

/** The partial response of a Kafka event source mapping, which names each partition with the offset to resume at. */
export interface KafkaBatchResponse {
  batchItemFailures: { itemIdentifier: { partition: string; offset: number } }[];
}

/**
 * Apache Kafka: Amazon MSK and clusters of your own. Each partition keeps its order and is resumed at its first failed
 * offset; partial responses need an event source mapping in provisioned mode.
 *
 * @carrier Headers, of repeated ones the last; then the value: top-level keys of a JSON object.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
 */
export const kafka: BatchTrigger<KafkaEvent, MSKRecord, KafkaBatchResponse> = /* @__PURE__ */ defineRecords<
  KafkaEvent,
  MSKRecord,
  KafkaBatchResponse
>({
  id: 'kafka',
  kind: 'pubsub',
  matches: (event) => /^(aws:kafka|SelfManagedKafka)$/.test(text(event.eventSource) ?? ''),
  list: (event) => ungrouped(event.records),
  arnOf: (event) => (event as unknown as Deep).eventSourceArn,
  common: (record) => ({ [MESSAGING_SYSTEM_NAME]: 'kafka', [MESSAGING_DESTINATION_NAME]: record?.topic }),
  idOf: (record) => `${partitionOf(record)}:${record.offset}`,
  respond: (failedIds) => ({
    batchItemFailures: failedIds.map((id) => {
      const [partition = '', offset] = id.split(':');
      return { itemIdentifier: { partition, offset: Number(offset) } };
    }),
  }),
  record: (record) => ({
    [MESSAGING_DESTINATION_PARTITION_ID]: String(record.partition),
    [KAFKA_OFFSET]: record.offset,
    // Compaction deletes the key of a record without a value.
    ...(record.value
      ? { [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.value, 'base64') }
      : { [KAFKA_MESSAGE_TOMBSTONE]: true }),
  }),
  order: partitionOf,
  resumes: true,
  key: (record) => (record.key ? Buffer.from(record.key, 'base64').toString() : undefined),
  // Lists of objects only: an iterator could be without end, and a text would fall apart into its characters.
  carrier: (record) => attributesCarrier(Object.assign({}, ...[record.headers].flat().map(object))),
  payload: (record) => base64Text(record.value),
  sentAtMs: (record) => record.timestamp,
});

/** As the keys of `records` have it: `orders-0`. Names of topics have no colons. */
function partitionOf({ partition, topic }: MSKRecord): string {
  return `${topic}-${partition}`;
}
