/**
 * A protobuf decoder for the tests, independent of the encoders: a generic wire reader, and the field tables of the
 * two OTLP requests copied from the .proto files. The result has the shape of OTLP/JSON, without defaults.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
export function decodeRequest(bytes: Uint8Array, signal: 'traces' | 'logs'): unknown {
  return normalise(decodeMessage(bytes, signal === 'traces' ? traceRequest : logsRequest));
}

/**
 * Brings OTLP/JSON, ours or another's, to one form: no field at its proto3 default but inside an AnyValue, where it
 * says which type the value has; int64 as digits.
 */
export function normalise(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalise);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [key, raw] of Object.entries(value)) {
    const field = normalise(raw);
    if (key === 'intValue') result[key] = typeof field === 'number' ? String(BigInt(field)) : field;
    else if (key === 'status' && Object.keys(field as object).length === 0) continue;
    else if (key.endsWith('Value') || !isDefault(field)) result[key] = field;
  }
  return result;
}

function isDefault(field: unknown): boolean {
  return (
    field === undefined || field === null || field === '' || field === 0 || (Array.isArray(field) && !field.length)
  );
}

type WireValue = bigint | Uint8Array;
type Scalar = 'string' | 'hex' | 'base64' | 'bool' | 'uint' | 'int64' | 'time' | 'double';
type Table = { readonly [field: number]: readonly [name: string, type: Scalar | (() => Table), repeated?: 'repeated'] };

/** The fields of one message in order of appearance: varints and fixed integers as bigint, the rest as bytes. */
export function readWire(bytes: Uint8Array): { field: number; wireType: number; value: WireValue }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields: { field: number; wireType: number; value: WireValue }[] = [];
  let pos = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(pos++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
      if (shift > 63n) throw new Error('varint of more than ten bytes');
    }
  };
  while (pos < bytes.length) {
    const key = Number(varint());
    const wireType = key & 7;
    let value: WireValue;
    if (wireType === 0) value = varint();
    else if (wireType === 1) {
      value = view.getBigUint64(pos, true);
      pos += 8;
    } else if (wireType === 5) {
      value = BigInt(view.getUint32(pos, true));
      pos += 4;
    } else if (wireType === 2) {
      const length = Number(varint());
      value = bytes.subarray(pos, pos + length);
      if (value.length !== length) throw new Error('cut short');
      pos += length;
    } else throw new Error(`wire type ${wireType}`);
    fields.push({ field: key >>> 3, wireType, value });
  }
  return fields;
}

function decodeMessage(bytes: Uint8Array, table: Table): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const { field, value, wireType } of readWire(bytes)) {
    const entry = table[field];
    if (entry === undefined) throw new Error(`unknown field ${field}`);
    const [name, type, repeated] = entry;
    const decoded =
      typeof type === 'function' ? decodeMessage(value as Uint8Array, type()) : decodeScalar(type, wireType, value);
    if (repeated) {
      message[name] ??= [];
      (message[name] as unknown[]).push(decoded);
    } else if (name in message) throw new Error(`${name} appears twice`);
    else message[name] = decoded;
  }
  return message;
}

function decodeScalar(type: Scalar, wireType: number, value: WireValue): unknown {
  const expected = { string: [2], hex: [2], base64: [2], bool: [0], uint: [0, 5], int64: [0], time: [1], double: [1] }[
    type
  ];
  if (!expected.includes(wireType)) throw new Error(`a ${type} of wire type ${wireType}`);
  if (type === 'string') return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value as Uint8Array);
  if (type === 'hex' || type === 'base64') return Buffer.from(value as Uint8Array).toString(type);
  if (type === 'bool') return value === 1n;
  if (type === 'uint') return Number(value);
  if (type === 'int64') return String(BigInt.asIntN(64, value as bigint));
  if (type === 'time') return String(value);
  const double = new Float64Array(new BigUint64Array([value as bigint]).buffer)[0] as number;
  return Number.isFinite(double) ? double : String(double);
}

const anyValue: Table = {
  1: ['stringValue', 'string'],
  2: ['boolValue', 'bool'],
  3: ['intValue', 'int64'],
  4: ['doubleValue', 'double'],
  5: ['arrayValue', () => arrayValue],
  6: ['kvlistValue', () => keyValueList],
  7: ['bytesValue', 'base64'],
};
const arrayValue: Table = { 1: ['values', () => anyValue, 'repeated'] };
const keyValue: Table = { 1: ['key', 'string'], 2: ['value', () => anyValue] };
const keyValueList: Table = { 1: ['values', () => keyValue, 'repeated'] };
const resource: Table = { 1: ['attributes', () => keyValue, 'repeated'], 2: ['droppedAttributesCount', 'uint'] };
const scope: Table = { 1: ['name', 'string'], 2: ['version', 'string'] };
const status: Table = { 2: ['message', 'string'], 3: ['code', 'uint'] };
const event: Table = {
  1: ['timeUnixNano', 'time'],
  2: ['name', 'string'],
  3: ['attributes', () => keyValue, 'repeated'],
  4: ['droppedAttributesCount', 'uint'],
};
const link: Table = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['attributes', () => keyValue, 'repeated'],
  5: ['droppedAttributesCount', 'uint'],
  6: ['flags', 'uint'],
};
const span: Table = {
  1: ['traceId', 'hex'],
  2: ['spanId', 'hex'],
  3: ['traceState', 'string'],
  4: ['parentSpanId', 'hex'],
  5: ['name', 'string'],
  6: ['kind', 'uint'],
  7: ['startTimeUnixNano', 'time'],
  8: ['endTimeUnixNano', 'time'],
  9: ['attributes', () => keyValue, 'repeated'],
  10: ['droppedAttributesCount', 'uint'],
  11: ['events', () => event, 'repeated'],
  12: ['droppedEventsCount', 'uint'],
  13: ['links', () => link, 'repeated'],
  14: ['droppedLinksCount', 'uint'],
  15: ['status', () => status],
  16: ['flags', 'uint'],
};
const logRecord: Table = {
  1: ['timeUnixNano', 'time'],
  2: ['severityNumber', 'uint'],
  3: ['severityText', 'string'],
  5: ['body', () => anyValue],
  6: ['attributes', () => keyValue, 'repeated'],
  7: ['droppedAttributesCount', 'uint'],
  8: ['flags', 'uint'],
  9: ['traceId', 'hex'],
  10: ['spanId', 'hex'],
  11: ['observedTimeUnixNano', 'time'],
  12: ['eventName', 'string'],
};
const scopeSpans: Table = {
  1: ['scope', () => scope],
  2: ['spans', () => span, 'repeated'],
  3: ['schemaUrl', 'string'],
};
const scopeLogs: Table = {
  1: ['scope', () => scope],
  2: ['logRecords', () => logRecord, 'repeated'],
  3: ['schemaUrl', 'string'],
};
const resourceSpans: Table = {
  1: ['resource', () => resource],
  2: ['scopeSpans', () => scopeSpans, 'repeated'],
  3: ['schemaUrl', 'string'],
};
const resourceLogs: Table = {
  1: ['resource', () => resource],
  2: ['scopeLogs', () => scopeLogs, 'repeated'],
  3: ['schemaUrl', 'string'],
};
const traceRequest: Table = { 1: ['resourceSpans', () => resourceSpans, 'repeated'] };
const logsRequest: Table = { 1: ['resourceLogs', () => resourceLogs, 'repeated'] };
