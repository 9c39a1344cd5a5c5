import { messageType, type OtlpField, type OtlpMessage, type OtlpMessageType, type OtlpRaw } from './otlp-schema.ts';

/**
 * Decodes an OTLP/JSON body by the table of OTLP messages into the same shape as the protobuf decoder. Follows the
 * rules of OTLP/JSON: ids are hex, 64-bit integers may be strings, enum values are numbers (names are refused),
 * unknown fields are ignored, `null` means absent.
 *
 * @param name Name of the message that the body holds.
 * @throws Error that names the field.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function decodeJson(name: string, body: Uint8Array): OtlpMessage {
  const type = messageType(name);
  if (type === undefined) throw new Error(`${name} is not an OTLP message.`);
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  return readMessage(JSON.parse(text), type, name, 0);
}

const MAX_DEPTH = 100;

function readMessage(json: unknown, type: OtlpMessageType, path: string, depth: number): OtlpMessage {
  if (depth > MAX_DEPTH) throw new Error(`${path} is nested deeper than ${MAX_DEPTH} levels.`);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(path, 'an object', json);
  const message: OtlpMessage = {};
  for (const [key, value] of Object.entries(json)) {
    const field = type.byName.get(key);
    if (field === undefined || value === null) continue;
    message[field.name] = readField(value, field, `${type.name}.${key}`, depth);
  }
  return message;
}

function readField(json: unknown, field: OtlpField, path: string, depth: number): OtlpRaw {
  if (!field.repeated) return readValue(json, field, path, depth);
  if (!Array.isArray(json)) throw wrong(path, 'an array', json);
  return json.map((item) => readValue(item, field, path, depth));
}

function readValue(json: unknown, field: OtlpField, path: string, depth: number): OtlpRaw {
  const type = messageType(field.type);
  if (type !== undefined) return readMessage(json, type, path, depth + 1);
  switch (field.type) {
    case 'string':
      if (typeof json !== 'string') throw wrong(path, 'a string', json);
      return json;
    case 'bool':
      if (typeof json !== 'boolean') throw wrong(path, 'a boolean', json);
      return json;
    case 'bytes':
      return readBase64(json, path);
    case 'id16':
      return readId(json, 32, path);
    case 'id8':
      return readId(json, 16, path);
    case 'double':
      return readDouble(json, path);
    case 'int64':
    case 'sfixed64':
      return readInteger(json, -(2n ** 63n), 2n ** 63n - 1n, path);
    case 'uint64':
    case 'fixed64':
      return readInteger(json, 0n, 2n ** 64n - 1n, path);
    case 'uint32':
    case 'fixed32':
      return Number(readInteger(json, 0n, 2n ** 32n - 1n, path));
    case 'enum':
      if (typeof json !== 'number') throw wrong(path, 'a number (OTLP/JSON writes enums as numbers)', json);
      return Number(readInteger(json, -(2n ** 31n), 2n ** 31n - 1n, path));
    default:
      return Number(readInteger(json, -(2n ** 31n), 2n ** 31n - 1n, path));
  }
}

function readInteger(json: unknown, min: bigint, max: bigint, path: string): bigint {
  const isInteger = typeof json === 'string' ? /^-?\d{1,20}$/.test(json) : Number.isInteger(json);
  if (!isInteger) throw wrong(path, 'an integer', json);
  const value = BigInt(json as string | number);
  if (value < min || value > max) throw wrong(path, `an integer from ${min} to ${max}`, json);
  return value;
}

function readDouble(json: unknown, path: string): number {
  if (typeof json === 'number') return json;
  if (json === 'NaN' || json === 'Infinity' || json === '-Infinity') return Number(json);
  if (typeof json === 'string' && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(json)) return Number(json);
  throw wrong(path, 'a number', json);
}

function readId(json: unknown, digits: number, path: string): string {
  if (typeof json !== 'string' || !/^[0-9a-fA-F]*$/.test(json) || (json.length !== 0 && json.length !== digits)) {
    throw wrong(path, `${digits} hex digits`, json);
  }
  return json.toLowerCase();
}

function readBase64(json: unknown, path: string): Uint8Array {
  if (typeof json !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) throw wrong(path, 'base64', json);
  return Uint8Array.from(Buffer.from(json, 'base64'));
}

function wrong(path: string, expected: string, found: unknown): Error {
  const shown = JSON.stringify(found) ?? String(found);
  return new Error(`${path} must be ${expected}, found ${shown.length > 60 ? `${shown.slice(0, 60)}...` : shown}.`);
}
