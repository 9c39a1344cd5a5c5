import type { Twin } from './twin.ts';

/**
 * A growable byte buffer and the place of the next byte: plain data for the functions of an `Emitter`.
 *
 * `allowance` is how many values the attribute at hand may still hold, so that a value that refers to itself, or an
 * array of a billion holes, ends.
 */
export interface Writer {
  bytes: Buffer;
  pos: number;
  allowance: number;
  /** The span that was written last, if others may be like it. */
  twin: Twin | undefined;
}

/**
 * Makes an empty writer.
 *
 * @param sizeBytes first capacity in bytes; it at least doubles when it does not suffice
 */
export function createWriter(sizeBytes: number): Writer {
  return { bytes: Buffer.allocUnsafeSlow(sizeBytes), pos: 0, allowance: 0, twin: undefined };
}

/** Makes room for `sizeBytes` more bytes. Throws a RangeError if there is no such memory. */
export function reserve(w: Writer, sizeBytes: number): void {
  const needed = w.pos + sizeBytes;
  if (needed <= w.bytes.length) return;
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, w.bytes.length * 2));
  w.bytes.copy(grown, 0, 0, w.pos);
  w.bytes = grown;
}

/** Appends bytes as they are. */
export function appendBytes(w: Writer, bytes: Uint8Array): void {
  reserve(w, bytes.length);
  w.bytes.set(bytes, w.pos);
  w.pos += bytes.length;
}

/** Appends the content of another writer. */
export function appendWriter(w: Writer, other: Writer): void {
  reserve(w, other.pos);
  w.pos += other.bytes.copy(w.bytes, w.pos, 0, other.pos);
}

/** Appends text as UTF-8; a lone surrogate becomes U+FFFD. */
export function appendText(w: Writer, text: string): void {
  reserve(w, text.length * 3);
  w.pos += w.bytes.write(text, w.pos, 'utf8');
}

/** The bytes written so far, not copied. */
export function writtenBytes(w: Writer): Uint8Array {
  return w.bytes.subarray(0, w.pos);
}
