import type { OtlpEncoding } from './otlp-data.ts';

/** What a backend refused of a request that it took: `rejected` items, or none and a warning. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/**
 * Reads the answer to a request that was taken (`ExportTraceServiceResponse` or `ExportLogsServiceResponse`).
 *
 * @param contentType the answer's; where it names no encoding, `encoding`, the request's, is assumed
 * @returns undefined if all was taken. An answer that is not OTLP (a proxy's page, say) is a warning with no item
 *   rejected: the status said that the request was taken.
 * @see https://opentelemetry.io/docs/specs/otlp/#partial-success-1
 */
export function readPartialSuccess(
  bytes: Uint8Array,
  contentType: string | undefined,
  encoding: OtlpEncoding,
): PartialSuccess | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const partial = isJson(contentType, encoding) ? partialOfJson(bytes) : partialOfProtobuf(bytes);
    return partial.rejected > 0 || partial.message !== '' ? partial : undefined;
  } catch {
    const kind = contentType ? printable(contentType) : 'without a content type';
    return {
      rejected: 0,
      message: `the answer is not an OTLP response (${kind}, ${bytes.length} bytes): is the endpoint an OTLP receiver?`,
    };
  }
}

/**
 * The text of an error answer, for people: the message of a `google.rpc.Status` in either encoding, else the first
 * line of the text; at most 200 characters, empty if there is none.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#failures-1
 */
export function readErrorMessage(bytes: Uint8Array, contentType: string | undefined): string {
  try {
    if (contentType?.includes('protobuf')) return printable(textOf(readFields(bytes), 2));
    const text = Buffer.from(bytes).toString('utf8');
    if (!contentType?.includes('json')) return printable(text);
    const { message } = objectOf(JSON.parse(text));
    return printable(typeof message === 'string' ? message : text);
  } catch {
    return '';
  }
}

function isJson(contentType: string | undefined, encoding: OtlpEncoding): boolean {
  if (contentType?.includes('json')) return true;
  return contentType?.includes('protobuf') ? false : encoding === 'json';
}

function partialOfJson(bytes: Uint8Array): PartialSuccess {
  const { partialSuccess } = objectOf(JSON.parse(Buffer.from(bytes).toString('utf8')));
  const partial = objectOf(partialSuccess ?? {});
  // The JSON mapping writes int64 as a string; some backends write a number.
  const rejected = Number(partial.rejectedSpans ?? partial.rejectedLogRecords ?? 0);
  return { rejected: countOf(rejected), message: printable(String(partial.errorMessage ?? '')) };
}

function partialOfProtobuf(bytes: Uint8Array): PartialSuccess {
  const partial = readFields(bytes).get(1);
  if (partial === undefined) return { rejected: 0, message: '' };
  if (typeof partial === 'number') throw new RangeError('not a message');
  const fields = readFields(partial);
  const rejected = fields.get(1);
  return { rejected: countOf(typeof rejected === 'number' ? rejected : 0), message: printable(textOf(fields, 2)) };
}

/** The fields of one protobuf message, the last of each number. Throws a RangeError if it is not one. */
function readFields(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let pos = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = bytes[pos++];
      if (byte === undefined) break;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new RangeError('not a varint');
  };
  const take = (sizeBytes: number): Uint8Array => {
    pos += sizeBytes;
    if (pos > bytes.length) throw new RangeError('cut short');
    return bytes.subarray(pos - sizeBytes, pos);
  };
  while (pos < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (field === 0) throw new RangeError('not a field');
    if (wireType === 0) fields.set(field, varint());
    else if (wireType === 2) fields.set(field, take(varint()));
    else if (wireType === 1) take(8);
    else if (wireType === 5) take(4);
    else throw new RangeError('not a wire type');
  }
  return fields;
}

function textOf(fields: Map<number, number | Uint8Array>, field: number): string {
  const value = fields.get(field);
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object');
  return value as Record<string, unknown>;
}

/** A count of items; a negative int64 arrives as one of 2^63 or more. */
function countOf(value: number): number {
  return value > 0 && value < 2 ** 63 ? Math.floor(value) : 0;
}

/** One line of at most 200 characters, without control characters: it comes from outside and goes into a log. */
function printable(text: string): string {
  const line = text
    .slice(0, 1000)
    .replace(/[\s\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
