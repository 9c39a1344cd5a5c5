import type { KinesisStreamEvent, KinesisStreamRecord } from 'aws-lambda';

import { toBase64 } from './message-data.ts';

/** One record of {@link kinesis}. */
export interface KinesisRecordOptions {
  /** Text and bytes as they are, any other value as JSON; `{}` by default. Base64 in the event. */
  data?: unknown;
  /** `partition-1` and so on by default. */
  partitionKey?: string | undefined;
  /** Rising by index by default. */
  sequenceNumber?: string | undefined;
  /** W3C trace context of the producer, put into data that are JSON as the field `traceparent`. */
  traceparent?: string | undefined;
  /** Milliseconds since the record arrived in the stream, 1,000 by default. */
  ageMs?: number | undefined;
}

/** Options of {@link kinesis}. */
export interface KinesisEventOptions {
  /** Name of the stream, `orders` by default. */
  stream?: string | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of a Kinesis data stream. A text in the list is short for a record with that data.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
 */
export function kinesis(
  records: readonly (string | KinesisRecordOptions)[],
  options: KinesisEventOptions = {},
): KinesisStreamEvent {
  const { stream = 'orders', nowMs = Date.now() } = options;
  return {
    Records: records.map((record, index) => {
      const given = typeof record === 'string' ? { data: record } : record;
      return makeRecord(given, { index, nowMs, stream });
    }),
  };
}

const SHARD = 'shardId-000000000006';
const FIRST_SEQUENCE_NUMBER = 49590338271490256608559692538361571095921575989136588898n;

function makeRecord(
  record: KinesisRecordOptions,
  { index, nowMs, stream }: { index: number; nowMs: number; stream: string },
): KinesisStreamRecord {
  const { data = {}, ageMs = 1_000 } = record;
  const sequenceNumber = record.sequenceNumber ?? String(FIRST_SEQUENCE_NUMBER + BigInt(index));
  return {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: record.partitionKey ?? `partition-${index + 1}`,
      sequenceNumber,
      data: toBase64(data, record.traceparent),
      approximateArrivalTimestamp: (nowMs - ageMs) / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${SHARD}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/orders-function',
    awsRegion: 'eu-west-1',
    eventSourceARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${stream}`,
  };
}
