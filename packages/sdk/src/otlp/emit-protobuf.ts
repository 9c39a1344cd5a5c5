import type { Emitter } from './emitter.ts';
import type { Time } from './time.ts';
import { reserve, type Writer } from './writer.ts';

/**
 * The protobuf wire format.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export const protobufEmitter: Emitter = {
  openRoot: nothing,
  closeRoot: nothing,
  open,
  close,
  openList: () => 0,
  closeList: nothing,
  string: emitString,
  id(w, tag, _name, digits) {
    const start = open(w, tag, '', 1);
    reserve(w, digits.length);
    // The runtime's own: a loop over the digits takes longer to be compiled than it saves in a batch of 10,000.
    w.pos += w.bytes.write(digits, w.pos, 'hex');
    close(w, start, 1);
  },
  bytes(w, tag, _name, value) {
    const width = varintSize(value.length);
    const start = open(w, tag, '', width);
    reserve(w, value.length);
    w.bytes.set(value, w.pos);
    w.pos += value.length;
    close(w, start, width);
  },
  bool: emitUint,
  uint: emitUint,
  fixed32(w, tag, _name, value) {
    reserve(w, 6);
    // The only field number that needs two bytes is one of these: Span.flags, 16.
    w.pos = putFixed32(w.bytes, putVarint(w.bytes, w.pos, tag), value);
  },
  int(w, tag, name, value) {
    if (value >= 0 && value <= 0xffffffff) emitUint(w, tag, name, value);
    else {
      reserve(w, 11);
      w.bytes[w.pos++] = tag;
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) w.bytes[w.pos++] = Number(rest & 127n) | 128;
      w.bytes[w.pos++] = Number(rest);
    }
  },
  double(w, tag, _name, value) {
    reserve(w, 9);
    w.bytes[w.pos] = tag;
    w.pos = w.bytes.writeDoubleLE(value, w.pos + 1);
  },
  time(w, tag, _name, value) {
    reserve(w, 9);
    w.bytes[w.pos] = tag;
    putTime(w.bytes, w.pos + 1, value);
    w.pos += 9;
  },
};

function nothing(): void {}

function open(w: Writer, tag: number, _name: string, width: number): number {
  reserve(w, 1 + width);
  w.bytes[w.pos] = tag;
  const start = w.pos + 1;
  w.pos = start + width;
  return start;
}

/** Ends a message: writes its length, for which `width` bytes were left at `start`. */
export function close(w: Writer, start: number, width: number): void {
  const sizeBytes = w.pos - start - width;
  const shift = varintSize(sizeBytes) - width;
  if (shift !== 0) {
    reserve(w, 4);
    w.bytes.copyWithin(start + width + shift, start + width, w.pos);
    w.pos += shift;
  }
  putVarint(w.bytes, start, sizeBytes);
}

function emitUint(w: Writer, tag: number, _name: string, value: number | bigint | boolean): void {
  reserve(w, 6);
  w.bytes[w.pos++] = tag;
  w.pos = putVarint(w.bytes, w.pos, Number(value));
}

function emitString(w: Writer, tag: number, _name: string, value: string): void {
  const text = String(value);
  const { length } = text;
  reserve(w, length * 3 + 6);
  const { bytes } = w;
  bytes[w.pos++] = tag;
  let pos = w.pos + 1;
  if (length < SHORT) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) break;
      bytes[pos++] = code;
    }
    if (i === length) {
      bytes[w.pos] = length;
      w.pos = pos;
      return;
    }
  }
  const start = w.pos;
  const width = varintSize(length);
  w.pos += width;
  w.pos += bytes.write(text, w.pos, 'utf8');
  close(w, start, width);
}

/** Shorter text is written byte by byte, which beats the call into the runtime. */
const SHORT = 64;

function putVarint(bytes: Buffer, at: number, value: number): number {
  let pos = at;
  let rest = value >>> 0;
  while (rest > 127) {
    bytes[pos++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[pos++] = rest;
  return pos;
}

/** Without the checks of `writeUInt32LE`, which are more code to be compiled than this. Returns the place after it. */
function putFixed32(bytes: Buffer, at: number, value: number): number {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at + 4;
}

/** A fixed64 of nanoseconds. */
export function putTime(bytes: Buffer, at: number, [seconds, nanos]: Time): void {
  // 10^9 is 5^9 * 2^9, and seconds * 5^9 stays below 2^53: three times as fast as a BigInt.
  const upper = seconds * 1_953_125;
  const low = (upper % 0x800000) * 512 + nanos;
  putFixed32(bytes, at, low % 0x100000000);
  putFixed32(bytes, at + 4, Math.floor(upper / 0x800000) + (low < 0x100000000 ? 0 : 1));
}

/** How many bytes a length takes as a varint. */
export function varintSize(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : value < 0x10000000 ? 4 : 5;
}
