import { createHash } from 'node:crypto';

import type { SQSEvent, SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda';

import { idOf } from './record-ids.ts';

/** One message of {@link sqs}. */
export interface SqsRecordOptions {
  /** Text as it is, any other value as JSON; `{}` by default. */
  body?: unknown;
  /** Unique by index by default. */
  messageId?: string | undefined;
  /** W3C trace context of the sender, put into the message attribute `traceparent`. */
  traceparent?: string | undefined;
  /** The system attribute `AWSTraceHeader`. */
  awsTraceHeader?: string | undefined;
  /** `MessageGroupId`; `group-1` by default for a FIFO queue, none for a standard one. */
  group?: string | undefined;
  /** Milliseconds since the message was sent, 1,000 by default. */
  ageMs?: number | undefined;
  /** `ApproximateReceiveCount`, 1 by default. */
  receiveCount?: number | undefined;
  /** Text, numbers and bytes become attributes of that type; a whole attribute is taken as it is. */
  messageAttributes?: Readonly<Record<string, string | number | Uint8Array | SQSMessageAttribute>> | undefined;
}

/** Options of {@link sqs}. */
export interface SqsEventOptions {
  /** Name of the queue, `orders` by default (`orders.fifo` for a FIFO queue). */
  queue?: string | undefined;
  /** A FIFO queue: messages get a group and a sequence number. Taken from the queue's name by default. */
  fifo?: boolean | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of an SQS queue. A text in the list is short for a message with that body.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function sqs(records: readonly (string | SqsRecordOptions)[], options: SqsEventOptions = {}): SQSEvent {
  const fifo = options.fifo ?? options.queue?.endsWith('.fifo') ?? false;
  const queue = options.queue ?? (fifo ? 'orders.fifo' : 'orders');
  const nowMs = options.nowMs ?? Date.now();
  return {
    Records: records.map((record, index) => {
      const given = typeof record === 'string' ? { body: record } : record;
      return makeRecord(given, { fifo, index, nowMs, queue });
    }),
  };
}

function makeRecord(
  record: SqsRecordOptions,
  { fifo, index, nowMs, queue }: { fifo: boolean; index: number; nowMs: number; queue: string },
): SQSRecord {
  const { body: value = {}, ageMs = 1_000, receiveCount = 1 } = record;
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  const messageId = record.messageId ?? `059f36b4-87a3-44ab-83d2-${idOf(index, 12)}`;
  const md5OfBody = createHash('md5').update(body).digest('hex');
  const group = record.group ?? (fifo ? 'group-1' : undefined);
  const attributes: SQSRecordAttributes = {
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(nowMs - ageMs),
    SenderId: 'AIDAIENQZJOLO23YVJ4VO',
    // Every receive but the first comes after a visibility time-out, so the first one lies near the sending.
    ApproximateFirstReceiveTimestamp: String(receiveCount > 1 ? nowMs - ageMs + 1 : nowMs),
    ...(record.awsTraceHeader === undefined ? {} : { AWSTraceHeader: record.awsTraceHeader }),
    ...(group === undefined ? {} : { MessageGroupId: group }),
    ...(fifo
      ? { SequenceNumber: String(18_849_496_460_467_696_128n + BigInt(index)), MessageDeduplicationId: md5OfBody }
      : {}),
  };
  const ownAttributes = Object.entries(record.messageAttributes ?? {}).map(([name, own]) => [name, toAttribute(own)]);
  return {
    messageId,
    receiptHandle: `AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a${idOf(index, 8)}`,
    body,
    attributes,
    messageAttributes: {
      ...(record.traceparent === undefined ? {} : { traceparent: toAttribute(record.traceparent) }),
      ...Object.fromEntries(ownAttributes),
    },
    md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queue}`,
    awsRegion: 'eu-west-1',
  };
}

function toAttribute(value: string | number | Uint8Array | SQSMessageAttribute): SQSMessageAttribute {
  const lists = { stringListValues: [], binaryListValues: [] };
  if (typeof value === 'string') return { stringValue: value, ...lists, dataType: 'String' };
  if (typeof value === 'number') return { stringValue: String(value), ...lists, dataType: 'Number' };
  if (value instanceof Uint8Array) {
    return { binaryValue: Buffer.from(value).toString('base64'), ...lists, dataType: 'Binary' };
  }
  return { ...value };
}
