import type { AttributeValue, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

import { idOf } from './record-ids.ts';

/** One change of {@link dynamodb}: only a new image is an INSERT, both are a MODIFY, only an old one is a REMOVE. */
export interface DynamodbRecordOptions {
  /** The item before the change, as plain values. */
  oldImage?: Readonly<Record<string, unknown>> | undefined;
  /** The item after the change, as plain values. */
  newImage?: Readonly<Record<string, unknown>> | undefined;
  /** A REMOVE because the item's time to live ended. Off by default. */
  expired?: boolean | undefined;
  /** Rising by index by default. */
  sequenceNumber?: string | undefined;
  /** Milliseconds since the change, 1,000 by default; the event carries whole seconds. */
  ageMs?: number | undefined;
}

/** Options of {@link dynamodb}. */
export interface DynamodbEventOptions {
  /** Name of the table, `orders` by default. */
  table?: string | undefined;
  /** Names of the key attributes; those of `id`, `pk` and `sk` that the item has by default. */
  keys?: readonly string[] | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of a DynamoDB stream with new and old images. Images are plain JavaScript values: bigint and number become
 * N, a `Set` becomes a set, bytes become B, undefined is left out.
 *
 * @throws TypeError when a record has neither image, or an image holds a value that DynamoDB does not know.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function dynamodb(
  records: readonly DynamodbRecordOptions[],
  options: DynamodbEventOptions = {},
): DynamoDBStreamEvent {
  const { table = 'orders', keys = ['id', 'pk', 'sk'], nowMs = Date.now() } = options;
  return { Records: records.map((record, index) => makeRecord(record, { index, keys, nowMs, table })) };
}

const FIRST_SEQUENCE_NUMBER = 4421584500000000017450439091n;

function makeRecord(
  record: DynamodbRecordOptions,
  { index, keys, nowMs, table }: { index: number; keys: readonly string[]; nowMs: number; table: string },
): DynamoDBRecord {
  const { oldImage, newImage, ageMs = 1_000 } = record;
  const image = newImage ?? oldImage;
  if (image === undefined) throw new TypeError(`dynamodb record ${index} needs an oldImage or a newImage.`);
  const keyValues = Object.fromEntries(Object.entries(image).filter(([name]) => keys.includes(name)));
  return {
    eventID: `c4ca4238a0b923820dcc509a${idOf(index, 8)}`,
    eventName: oldImage === undefined ? 'INSERT' : newImage === undefined ? 'REMOVE' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((nowMs - ageMs) / 1_000),
      Keys: marshallMap(keyValues),
      ...(newImage === undefined ? {} : { NewImage: marshallMap(newImage) }),
      ...(oldImage === undefined ? {} : { OldImage: marshallMap(oldImage) }),
      SequenceNumber: record.sequenceNumber ?? String(FIRST_SEQUENCE_NUMBER + BigInt(index)),
      SizeBytes: Buffer.byteLength(JSON.stringify([marshallMap(newImage ?? {}), marshallMap(oldImage ?? {})])),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2026-01-01T00:00:00.000`,
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
    ...(record.expired === true && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
}

function marshallMap(item: Readonly<Record<string, unknown>>): Record<string, AttributeValue> {
  const present = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, marshall(value, name)]));
}

function marshall(value: unknown, path: string): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (isNumber(value)) return { N: String(value) };
  if (value instanceof Uint8Array) return { B: toBase64(value) };
  if (value instanceof Set) return marshallSet([...value], path);
  if (Array.isArray(value)) return { L: value.map((item, index) => marshall(item, `${path}[${index}]`)) };
  if (typeof value === 'object') return { M: marshallMap(value as Record<string, unknown>) };
  throw new TypeError(`${path} is a ${typeof value}, which DynamoDB has no type for.`);
}

function marshallSet(values: readonly unknown[], path: string): AttributeValue {
  if (values.length > 0) {
    if (values.every((value) => typeof value === 'string')) return { SS: [...values] };
    if (values.every(isNumber)) return { NS: values.map(String) };
    if (values.every((value) => value instanceof Uint8Array)) return { BS: values.map(toBase64) };
  }
  throw new TypeError(`${path} is a Set that is empty or mixes types, which DynamoDB refuses.`);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
