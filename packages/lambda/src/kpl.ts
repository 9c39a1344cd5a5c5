import { createHash } from 'node:crypto';
import { TraceletError } from '@tracelet/core';

/** One record that a producer put into an aggregate. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/** The part of a Kinesis record that {@link aggregated} reads. */
export interface KinesisData {
  readonly kinesis: { readonly data: string; readonly partitionKey: string };
}

/**
 * Takes apart Kinesis records that the Kinesis Producer Library has aggregated; a record that is none is a list of one:
 * `lambda.kinesis({ parse: aggregated(json<Click>()) }, async (clicks) => ...)`. The inner parser gets each record's
 * data in base64, as Kinesis would have sent it alone.
 *
 * The record function runs once for each Kinesis record, since that is what Kinesis retries.
 *
 * @throws {TraceletError} `parse_failed` for an aggregate whose checksum is right and whose content is not.
 * @see https://docs.aws.amazon.com/streams/latest/dev/kinesis-kpl-consumer-deaggregation.html
 */
export function aggregated(): (record: KinesisData) => readonly UserRecord[];
export function aggregated<P>(
  inner: (record: { readonly data: string }) => P,
): (record: KinesisData) => Promise<Awaited<P>[]>;
export function aggregated<P>(
  inner?: (record: { readonly data: string }) => P,
): (record: KinesisData) => readonly UserRecord[] | Promise<Awaited<P>[]> {
  if (inner === undefined) return userRecords;
  return (record) =>
    Promise.all(userRecords(record).map(async ({ data }) => inner({ data: Buffer.from(data).toString('base64') })));
}

const MAGIC = Buffer.from('f3899ac2', 'hex');
const CHECKSUM_BYTES = 16;

/** @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md */
function userRecords({ kinesis: { data, partitionKey } }: KinesisData): readonly UserRecord[] {
  const bytes = Buffer.from(data, 'base64');
  const body = bytes.subarray(MAGIC.length, -CHECKSUM_BYTES);
  const isAggregate =
    bytes.length >= MAGIC.length + CHECKSUM_BYTES &&
    bytes.subarray(0, MAGIC.length).equals(MAGIC) &&
    createHash('md5').update(body).digest().equals(bytes.subarray(-CHECKSUM_BYTES));
  return isAggregate ? readAggregate(body) : [{ partitionKey, data: bytes }];
}

/** `AggregatedRecord`: 1 the table of partition keys, 3 the records. */
function readAggregate(body: Buffer): readonly UserRecord[] {
  const keys: string[] = [];
  const records: Buffer[] = [];
  for (const { bytes, field } of fieldsOf(body)) {
    if (field === 1 && bytes !== undefined) keys.push(bytes.toString('utf8'));
    if (field === 3 && bytes !== undefined) records.push(bytes);
  }
  return records.map((record) => {
    let keyIndex = 0;
    let data: Buffer = Buffer.alloc(0);
    // `Record`: 1 the index of its partition key, 3 the data.
    for (const { bytes, field, value } of fieldsOf(record)) {
      if (field === 1) keyIndex = value;
      if (field === 3 && bytes !== undefined) data = bytes;
    }
    const partitionKey = keys[keyIndex];
    if (partitionKey === undefined) throw broken();
    return { partitionKey, data };
  });
}

interface Field {
  readonly field: number;
  /** A varint's value; 0 for other types. */
  readonly value: number;
  /** Content of a length-delimited field. */
  readonly bytes: Buffer | undefined;
}

function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 42; factor *= 128) {
      const byte = message[at++];
      if (byte === undefined) throw broken();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw broken();
  };
  while (at < message.length) {
    const tag = varint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) {
      yield { field, value: varint(), bytes: undefined };
    } else if (type === 2) {
      const length = varint();
      if (at + length > message.length) throw broken();
      yield { field, value: 0, bytes: message.subarray(at, at + length) };
      at += length;
    } else {
      // The format has no other types.
      throw broken();
    }
  }
}

function broken(): TraceletError {
  return new TraceletError(
    'parse_failed',
    'The aggregate of the Kinesis Producer Library cannot be read. Leave out aggregated() to get the raw record.',
  );
}
