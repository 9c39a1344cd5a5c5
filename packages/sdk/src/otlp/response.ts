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
    const isJson = contentType?.includes('json') || (encoding === 'json' && !contentType?.includes('protobuf'));
    const [count, text] = isJson ? partialOfJson(bytes) : partialOfProtobuf(bytes);
    const partial = { rejected: countOf(count), message: printable(text) };
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
    if (contentType?.includes('protobuf')) return printable(textOf(readFields(bytes).get(2)));
    const text = textOf(bytes);
    if (!contentType?.includes('json')) return printable(text);
    const { message } = objectOf(JSON.parse(text));
    return printable(typeof message === 'string' ? message : text);
  } catch {
    return '';
  }
}

type Partial = readonly [count: unknown, message: string];

function partialOfJson(bytes: Uint8Array): Partial {
  const { partialSuccess } = objectOf(JSON.parse(textOf(bytes)));
  const { errorMessage, rejectedLogRecords, rejectedSpans } = objectOf(partialSuccess ?? {});
  return [rejectedSpans ?? rejectedLogRecords, String(errorMessage ?? '')];
}

function partialOfProtobuf(bytes: Uint8Array): Partial {
  const partial = readFields(bytes).get(1) ?? new Uint8Array();
  if (typeof partial === 'number') return malformed();
  const fields = readFields(partial);
  return [fields.get(1), textOf(fields.get(2))];
}

/** The fields of one protobuf message that are numbers or texts, the last of each number. Throws if it is not one. */
function readFields(bytes: Uint8Array): Map<number, number | Uint8Array> {
  const fields = new Map<number, number | Uint8Array>();
  let pos = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 128) {
      const byte = bytes[pos++] ?? malformed();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return malformed();
  };
  while (pos < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8) || malformed();
    const wireType = tag % 8;
    if (wireType === 0) fields.set(field, varint());
    else {
      const sizeBytes = wireType === 2 ? varint() : (FIXED_BYTES[wireType] ?? malformed());
      pos += sizeBytes;
      if (pos > bytes.length) malformed();
      if (wireType === 2) fields.set(field, bytes.subarray(pos - sizeBytes, pos));
    }
  }
  return fields;
}

const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function textOf(value: number | Uint8Array | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : malformed();
}

function malformed(): never {
  throw new TypeError('not an OTLP response');
}

/** A count of items, or 0. The JSON mapping writes it as a string, and a negative int64 arrives as 2^63 or more. */
function countOf(given: unknown): number {
  const value = Number(given instanceof Uint8Array ? 0 : given);
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
