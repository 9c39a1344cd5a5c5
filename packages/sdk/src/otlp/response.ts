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
  bytes: Buffer,
  contentType: string | undefined,
  encoding: OtlpEncoding,
): PartialSuccess | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const isJson = contentType?.includes('json') || (encoding === 'json' && !contentType?.includes('protobuf'));
    const [count, text] = isJson ? partialOfJson(bytes) : partialOfProtobuf(bytes);
    const rejected = countOf(count);
    const message = printable(String(text ?? ''));
    return rejected > 0 || message ? { rejected, message } : undefined;
  } catch {
    const message = `the answer is not OTLP (${printable(contentType ?? 'no content type')}): is it an OTLP receiver?`;
    return { rejected: 0, message };
  }
}

/**
 * The start of a text from outside, fit for a log: of its first 200 characters those that print, on one line. Of an
 * error answer in protobuf (`google.rpc.Status`) that leaves the message, and at most a character of its framing.
 */
export function printable(text: string): string {
  // First cut, then cleaned: the cut may leave half of a pair of surrogates.
  return text
    .slice(0, 200)
    .replace(/[\s\p{C}\uFFFD]+/gu, ' ')
    .trim();
}

type Partial = readonly [count: unknown, message: unknown];

function partialOfJson(bytes: Buffer): Partial {
  const { errorMessage, rejectedLogRecords, rejectedSpans } = JSON.parse(String(bytes)).partialSuccess ?? {};
  return [rejectedSpans ?? rejectedLogRecords, errorMessage];
}

function partialOfProtobuf(bytes: Buffer): Partial {
  const partial = readFields(bytes)[1];
  const [, count, message] = Buffer.isBuffer(partial) ? readFields(partial) : [];
  return [count, message];
}

/** The fields of one protobuf message by their number, the last of each. Throws if it is not one. */
function readFields(bytes: Buffer): unknown[] {
  const fields: unknown[] = [];
  let pos = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[pos++] ?? malformed();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (pos < bytes.length) {
    const tag = varint();
    const field = tag >>> 3 || malformed();
    const wireType = tag & 7;
    if (wireType === 0) fields[field] = varint();
    else {
      const sizeBytes = wireType === 2 ? varint() : (FIXED_BYTES[wireType] ?? malformed());
      const end = pos + sizeBytes;
      // Not so for NaN either, which a number without end comes to.
      if (!(end <= bytes.length)) malformed();
      fields[field] = bytes.subarray(pos, end);
      pos = end;
    }
  }
  return fields;
}

const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 8, 5: 4 };

function malformed(): never {
  throw new TypeError();
}

/** A count of items, or 0. The JSON mapping writes it as a string, and a negative int64 arrives as 2^63 or more. */
function countOf(given: unknown): number {
  const value = Number(given);
  return value > 0 && value < 2 ** 63 ? Math.floor(value) : 0;
}
