import type { FirehoseTransformationEvent } from 'aws-lambda';

import { toBase64 } from './message-data.ts';
import { idOf } from './record-ids.ts';

/** One record of {@link firehose}. */
export interface FirehoseRecordOptions {
  /** Text and bytes as they are, any other value as JSON; `{}` by default. Base64 in the event. */
  data?: unknown;
  /** Unique by index by default. */
  recordId?: string | undefined;
  /** W3C trace context of the producer, put into data that are JSON as the field `traceparent`. */
  traceparent?: string | undefined;
  /** Milliseconds since the record arrived, 1,000 by default. */
  ageMs?: number | undefined;
}

/** Options of {@link firehose}. */
export interface FirehoseEventOptions {
  /** Name of the Firehose stream, `orders` by default. */
  stream?: string | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of a Firehose stream that transforms its data. A text in the list is short for a record with that data.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function firehose(
  records: readonly (string | FirehoseRecordOptions)[],
  options: FirehoseEventOptions = {},
): FirehoseTransformationEvent {
  const { stream = 'orders', nowMs = Date.now() } = options;
  return {
    invocationId: '2b4d1ad9-2f48-94bd-a088-767c317e994a',
    deliveryStreamArn: `arn:aws:firehose:eu-west-1:123456789012:deliverystream/${stream}`,
    region: 'eu-west-1',
    records: records.map((record, index) => {
      const given = typeof record === 'string' ? { data: record } : record;
      const { data = {}, recordId = `4954663061${idOf(index, 14)}`, traceparent, ageMs = 1_000 } = given;
      return { recordId, approximateArrivalTimestamp: nowMs - ageMs, data: toBase64(data, traceparent) };
    }),
  };
}
