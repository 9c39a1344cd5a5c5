import type { Emitter } from './emitter.ts';
import { appendText, reserve, type Writer } from './writer.ts';

/**
 * The protobuf JSON mapping with OTLP's exceptions: ids in hexadecimal, enums as numbers. Int64 and times are decimal
 * strings, bytes are base64, NaN and the infinities are strings; counts of zero and empty lists are left out.
 *
 * Whatever is written ends with a comma, which the bracket that closes it overwrites.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export const jsonEmitter: Emitter = {
  openRoot: (w) => put(w, '', '{'),
  closeRoot(w) {
    dropComma(w);
    put(w, '', '}');
  },
  open(w, _tag, name) {
    put(w, name, '{');
    return 0;
  },
  close(w) {
    dropComma(w);
    put(w, '', '},');
  },
  openList(w, name) {
    const { pos } = w;
    put(w, name, '[');
    return pos;
  },
  closeList(w, start) {
    if (w.bytes[w.pos - 1] === 0x5b) w.pos = start;
    else {
      dropComma(w);
      put(w, '', '],');
    }
  },
  string: emitString,
  id: emitString,
  bytes: (w, _tag, name, { buffer, byteOffset, byteLength }) =>
    put(w, name, `"${Buffer.from(buffer, byteOffset, byteLength).toString('base64')}",`),
  bool: (w, _tag, name, value) => put(w, name, `${value},`),
  uint(w, _tag, name, value) {
    if (value) emitUint(w, _tag, name, value);
  },
  fixed32: emitUint,
  // `String` rounds a number of 2^53 or more to the digits that tell it apart; BigInt has all of them.
  int: (w, _tag, name, value) => put(w, name, `"${Number.isSafeInteger(value) ? value : BigInt(value)}",`),
  double: (w, _tag, name, value) => put(w, name, Number.isFinite(value) ? `${value},` : `"${value}",`),
  time: (w, _tag, name, [seconds, nanos]) =>
    put(w, name, `"${seconds === 0 ? nanos : `${seconds}${String(1e9 + nanos).slice(1)}`}",`),
};

/** Whatever `value` really is, the result is a number that JSON knows. */
function emitUint(w: Writer, _tag: number, name: string, value: number): void {
  put(w, name, `${value >>> 0},`);
}

function emitString(w: Writer, _tag: number, name: string, value: string): void {
  const text = String(value);
  const { length } = text;
  put(w, name, '"');
  reserve(w, length + 2);
  const { bytes } = w;
  let { pos } = w;
  if (length < SHORT) {
    let i = 0;
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) break;
      bytes[pos++] = code;
    }
    if (i === length) {
      bytes[pos++] = 0x22;
      bytes[pos++] = 0x2c;
      w.pos = pos;
      return;
    }
  }
  w.pos--;
  // The escape that `JSON.stringify` writes for a lone surrogate is refused by strict readers.
  appendText(w, `${JSON.stringify((text as string & { toWellFormed(): string }).toWellFormed())},`);
}

/** Shorter text is written byte by byte, which beats the call into the runtime. */
const SHORT = 128;

/** Writes a name, unless empty, and text, both of plain ASCII. */
function put(w: Writer, name: string, text: string): void {
  const { length } = name;
  reserve(w, length + text.length + 3);
  const { bytes } = w;
  let { pos } = w;
  if (length > 0) {
    bytes[pos++] = 0x22;
    for (let i = 0; i < length; i++) bytes[pos++] = name.charCodeAt(i);
    bytes[pos++] = 0x22;
    bytes[pos++] = 0x3a;
  }
  for (let i = 0; i < text.length; i++) bytes[pos++] = text.charCodeAt(i);
  w.pos = pos;
}

function dropComma(w: Writer): void {
  if (w.bytes[w.pos - 1] === 0x2c) w.pos--;
}
