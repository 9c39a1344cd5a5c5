import type { KafkaEvent } from '@tracelet/core';
import type { MSKRecord } from 'aws-lambda';

import { toBase64 } from './message-data.ts';

/** One record of {@link kafka}. */
export interface KafkaRecordOptions {
  /** Text and bytes as they are, any other value as JSON; `{}` by default, `null` for a tombstone. Base64 in the event. */
  value?: unknown;
  /** `key-1` and so on by default, `null` for none. */
  key?: string | null | undefined;
  /** 0 by default. */
  partition?: number | undefined;
  /** Rising by index by default. */
  offset?: number | undefined;
  /** W3C trace context of the producer, put into the header `traceparent`. */
  traceparent?: string | undefined;
  /** Bytes in the event. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since the record was produced, 1,000 by default. */
  ageMs?: number | undefined;
}

/** Options of {@link kafka}. */
export interface KafkaEventOptions {
  /** `orders` by default. */
  topic?: string | undefined;
  /** A cluster of your own rather than Amazon MSK. Off by default. */
  selfManaged?: boolean | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of a Kafka topic, of Amazon MSK or of a cluster of your own. A text in the list is short for a record with
 * that value.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html
 */
export function kafka(records: readonly (string | KafkaRecordOptions)[], options: KafkaEventOptions = {}): KafkaEvent {
  const { topic = 'orders', selfManaged = false, nowMs = Date.now() } = options;
  const byPartition: Record<string, MSKRecord[]> = {};
  for (const [index, record] of records.entries()) {
    const made = makeRecord(typeof record === 'string' ? { value: record } : record, { index, nowMs, topic });
    const partition = `${topic}-${made.partition}`;
    byPartition[partition] = [...(byPartition[partition] ?? []), made];
  }
  const bootstrapServers = 'b-1.shop.kafka.eu-west-1.amazonaws.com:9098,b-2.shop.kafka.eu-west-1.amazonaws.com:9098';
  if (selfManaged) return { eventSource: 'SelfManagedKafka', bootstrapServers, records: byPartition };
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/751d2973-a626-431c-9d4e-d7975eb44dd7-2',
    bootstrapServers,
    records: byPartition,
  };
}

function makeRecord(
  record: KafkaRecordOptions,
  { index, nowMs, topic }: { index: number; nowMs: number; topic: string },
): MSKRecord {
  const { ageMs = 1_000, key = `key-${index + 1}`, offset = index, partition = 0, traceparent, value = {} } = record;
  const headers = { ...(traceparent === undefined ? {} : { traceparent }), ...record.headers };
  return {
    topic,
    partition,
    offset,
    timestamp: nowMs - ageMs,
    timestampType: 'CREATE_TIME',
    key: key === null ? '' : toBase64(key),
    value: value === null ? '' : toBase64(value),
    headers: Object.entries(headers).map(([name, text]) => ({ [name]: [...Buffer.from(text)] })),
  };
}
