import type { Emitter } from './emitter.ts';
import type { OtlpAttributes } from './otlp-data.ts';
import type { Writer } from './writer.ts';

/**
 * Appends attributes as a list of `KeyValue`, and how many were dropped, which has the next field number. Never throws: a value that cannot be read is written as
 * `[unreadable]`, what lies beyond 24 levels or 65,536 values as `[truncated]`. Promises are left out; what OTLP has no
 * type for (undefined, functions, symbols) is an empty value, as null is.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
 */
export function emitAttributes(
  e: Emitter,
  w: Writer,
  tag: number,
  attributes: OtlpAttributes | undefined,
  dropped: number | undefined,
): void {
  const list = e.openList(w, 'attributes');
  for (const key of keysOf(attributes)) {
    const { pos } = w;
    w.allowance = MAX_VALUES;
    try {
      const value = (attributes as OtlpAttributes)[key];
      if (!isPending(value)) emitKeyValue(e, w, tag, key, value, 0);
    } catch {
      w.pos = pos;
      emitKeyValue(e, w, tag, key, '[unreadable]', 0);
    }
  }
  e.closeList(w, list);
  e.uint(w, tag + 6, 'droppedAttributesCount', dropped ?? 0);
}

/** Protobuf decoders stop at 100 nested messages, of which a level of an attribute takes three. */
const MAX_DEPTH = 24;

/** Bounds the time and memory of one attribute: cyclic and shared values unfold exponentially. */
const MAX_VALUES = 65_536;

const CUT = '[truncated]';

function emitKeyValue(e: Emitter, w: Writer, tag: number, key: string, value: unknown, depth: number): void {
  const start = e.open(w, tag, '', 1);
  e.string(w, 0x0a, 'key', key);
  emitAny(e, w, 0x12, 'value', value, depth);
  e.close(w, start, 1);
}

function emitAny(e: Emitter, w: Writer, tag: number, name: string, given: unknown, depth: number): void {
  const start = e.open(w, tag, name, 1);
  const isTooDeep = depth >= MAX_DEPTH && typeof given === 'object' && given !== null;
  const value = --w.allowance < 0 || isTooDeep ? CUT : given;
  if (typeof value === 'string') e.string(w, 0x0a, 'stringValue', value);
  else if (typeof value === 'number') {
    if (isInt64(value)) e.int(w, 0x18, 'intValue', value);
    else e.double(w, 0x21, 'doubleValue', value);
  } else if (typeof value === 'boolean') e.bool(w, 0x10, 'boolValue', value);
  else if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) e.int(w, 0x18, 'intValue', value);
    else e.string(w, 0x0a, 'stringValue', String(value));
  } else if (value instanceof Uint8Array) e.bytes(w, 0x3a, 'bytesValue', value);
  else if (typeof value === 'object' && value !== null) emitContainer(e, w, value, depth);
  e.close(w, start, 1);
}

function emitContainer(e: Emitter, w: Writer, value: object, depth: number): void {
  const isArray = Array.isArray(value);
  const start = isArray ? e.open(w, 0x2a, 'arrayValue', 1) : e.open(w, 0x32, 'kvlistValue', 1);
  const list = e.openList(w, 'values');
  if (isArray) {
    for (let i = 0; i < value.length && w.allowance >= 0; i++) emitAny(e, w, 0x0a, '', value[i], depth + 1);
  } else {
    for (const key of Object.keys(value)) {
      if (w.allowance < 0) break;
      emitKeyValue(e, w, 0x0a, key, (value as OtlpAttributes)[key], depth + 1);
    }
  }
  e.closeList(w, list);
  e.close(w, start, 1);
}

/** -(2^63) is an int64, 2^63 is not. A whole number outside is written as a double. */
function isInt64(value: number): boolean {
  return Number.isInteger(value) && value >= -0x8000000000000000 && value < 0x8000000000000000;
}

function keysOf(attributes: OtlpAttributes | undefined): string[] {
  try {
    return Object.keys(attributes ?? {});
  } catch {
    return [];
  }
}

function isPending(value: unknown): boolean {
  return typeof value === 'object' && typeof (value as { then?: unknown } | null)?.then === 'function';
}
