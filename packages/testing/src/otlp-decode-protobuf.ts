import { messageType, type OtlpField, type OtlpMessage, type OtlpMessageType, type OtlpRaw } from './otlp-schema.ts';

/**
 * Decodes a protobuf body by the table of OTLP messages. Unknown fields are skipped, as protobuf asks; a known field
 * of the wrong wire type, a truncated body, a string that is not UTF-8 or an id of the wrong length is refused, because
 * a test that reads past such a fault would hide it.
 *
 * @param name Name of the message that the body holds.
 * @throws Error that names the field and the offset.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function decodeProtobuf(name: string, body: Uint8Array): OtlpMessage {
  const type = messageType(name);
  if (type === undefined) throw new Error(`${name} is not an OTLP message.`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return readMessage({ bytes: body, view, at: 0 }, body.byteLength, type, 0);
}

interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

const WIRE_VARINT = 0;
const WIRE_64_BIT = 1;
const WIRE_LENGTH = 2;
const WIRE_32_BIT = 5;

// Protobuf's own parsers stop at 100 levels; without a limit a few kilobytes of nested values overflow the stack.
const MAX_DEPTH = 100;

const WIRE_OF: Readonly<Record<string, number>> = {
  bool: WIRE_VARINT,
  enum: WIRE_VARINT,
  uint32: WIRE_VARINT,
  sint32: WIRE_VARINT,
  int64: WIRE_VARINT,
  uint64: WIRE_VARINT,
  fixed64: WIRE_64_BIT,
  sfixed64: WIRE_64_BIT,
  double: WIRE_64_BIT,
  fixed32: WIRE_32_BIT,
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readMessage(cursor: Cursor, end: number, type: OtlpMessageType, depth: number): OtlpMessage {
  if (depth > MAX_DEPTH)
    throw new Error(`${type.name} at byte ${cursor.at} is nested deeper than ${MAX_DEPTH} levels.`);
  const message: OtlpMessage = {};
  while (cursor.at < end) {
    const tag = Number(readVarint(cursor, end) & 0xffffffffn);
    const wire = tag & 7;
    const field = type.byNumber.get(tag >>> 3);
    if (tag >>> 3 === 0) throw new Error(`Field number 0 in ${type.name} at byte ${cursor.at}.`);
    if (field === undefined) skip(cursor, end, wire);
    else readField(cursor, end, wire, field, type, message, depth);
  }
  return message;
}

function readField(
  cursor: Cursor,
  end: number,
  wire: number,
  field: OtlpField,
  owner: OtlpMessageType,
  message: OtlpMessage,
  depth: number,
): void {
  const scalarWire = WIRE_OF[field.type];
  const packed = field.repeated && scalarWire !== undefined && wire === WIRE_LENGTH;
  if (!packed && wire !== (scalarWire ?? WIRE_LENGTH)) {
    throw new Error(`${owner.name}.${field.name} at byte ${cursor.at} has wire type ${wire}.`);
  }
  if (!field.repeated) {
    message[field.name] = readValue(cursor, end, field, depth);
    return;
  }
  const list = (message[field.name] as OtlpRaw[] | undefined) ?? [];
  message[field.name] = list;
  if (!packed) {
    list.push(readValue(cursor, end, field, depth));
    return;
  }
  const packedEnd = readLength(cursor, end);
  while (cursor.at < packedEnd) list.push(readValue(cursor, packedEnd, field, depth));
}

function readValue(cursor: Cursor, end: number, field: OtlpField, depth: number): OtlpRaw {
  switch (field.type) {
    case 'bool':
      return readVarint(cursor, end) !== 0n;
    case 'enum':
      return Number(BigInt.asIntN(32, readVarint(cursor, end)));
    case 'uint32':
      return Number(BigInt.asUintN(32, readVarint(cursor, end)));
    case 'sint32': {
      const zigzag = Number(BigInt.asUintN(32, readVarint(cursor, end)));
      return (zigzag >>> 1) ^ -(zigzag & 1);
    }
    case 'int64':
      return BigInt.asIntN(64, readVarint(cursor, end));
    case 'uint64':
      return readVarint(cursor, end);
    case 'fixed64':
      return cursor.view.getBigUint64(take(cursor, end, 8), true);
    case 'sfixed64':
      return cursor.view.getBigInt64(take(cursor, end, 8), true);
    case 'double':
      return cursor.view.getFloat64(take(cursor, end, 8), true);
    case 'fixed32':
      return cursor.view.getUint32(take(cursor, end, 4), true);
    default:
      return readDelimited(cursor, end, field, depth);
  }
}

function readDelimited(cursor: Cursor, end: number, field: OtlpField, depth: number): OtlpRaw {
  const type = messageType(field.type);
  const innerEnd = readLength(cursor, end);
  if (type !== undefined) return readMessage(cursor, innerEnd, type, depth + 1);
  const bytes = cursor.bytes.subarray(cursor.at, innerEnd);
  cursor.at = innerEnd;
  switch (field.type) {
    case 'string':
      return decodeUtf8(bytes, field);
    case 'id16':
      return toHex(bytes, 16, field);
    case 'id8':
      return toHex(bytes, 8, field);
    default:
      return Uint8Array.from(bytes);
  }
}

function decodeUtf8(bytes: Uint8Array, field: OtlpField): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Error(`${field.name} is not valid UTF-8.`);
  }
}

function toHex(bytes: Uint8Array, sizeBytes: number, field: OtlpField): string {
  if (bytes.length !== 0 && bytes.length !== sizeBytes) {
    throw new Error(`${field.name} has ${bytes.length} bytes, not ${sizeBytes}.`);
  }
  return Buffer.from(bytes).toString('hex');
}

function skip(cursor: Cursor, end: number, wire: number): void {
  if (wire === WIRE_VARINT) readVarint(cursor, end);
  else if (wire === WIRE_64_BIT) take(cursor, end, 8);
  else if (wire === WIRE_32_BIT) take(cursor, end, 4);
  else if (wire === WIRE_LENGTH) cursor.at = readLength(cursor, end);
  else throw new Error(`Wire type ${wire} at byte ${cursor.at} is not used by proto3.`);
}

function readLength(cursor: Cursor, end: number): number {
  const lengthBytes = readVarint(cursor, end);
  if (lengthBytes > BigInt(end - cursor.at)) {
    throw new Error(`Field of ${lengthBytes} bytes at byte ${cursor.at} runs past the end of its message.`);
  }
  return cursor.at + Number(lengthBytes);
}

function readVarint(cursor: Cursor, end: number): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[take(cursor, end, 1)] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Error(`Varint at byte ${cursor.at} is longer than 10 bytes.`);
}

function take(cursor: Cursor, end: number, sizeBytes: number): number {
  const from = cursor.at;
  if (from + sizeBytes > end) throw new Error(`Body is cut off at byte ${from}.`);
  cursor.at = from + sizeBytes;
  return from;
}
