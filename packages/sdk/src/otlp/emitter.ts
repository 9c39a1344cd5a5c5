import type { Time } from './time.ts';
import type { Writer } from './writer.ts';

/**
 * One encoding of protobuf messages. Each function appends one field: protobuf goes by the tag (`number << 3 | wire
 * type`), JSON by the name. An element of a list has no name.
 *
 * One description of the messages (`messages.ts`) serves both encodings, so that they cannot differ in content.
 */
export interface Emitter {
  /** Begins the request itself, which has neither tag nor name. */
  readonly openRoot: (w: Writer) => void;
  readonly closeRoot: (w: Writer) => void;
  /**
   * Begins a message.
   *
   * @param width how many bytes its length will take: the right guess spares a shift of the content
   * @returns what `close` needs, with the same width
   */
  readonly open: (w: Writer, tag: number, name: string, width: number) => number;
  readonly close: (w: Writer, start: number, width: number) => void;
  /** Begins a repeated field; returns what `closeList` needs. */
  readonly openList: (w: Writer, name: string) => number;
  readonly closeList: (w: Writer, start: number) => void;
  /** Text as UTF-8; a lone surrogate becomes U+FFFD. */
  readonly string: (w: Writer, tag: number, name: string, value: string) => void;
  /** A trace or span id, given in hexadecimal digits. */
  readonly id: (w: Writer, tag: number, name: string, digits: string) => void;
  readonly bytes: (w: Writer, tag: number, name: string, value: Uint8Array) => void;
  readonly bool: (w: Writer, tag: number, name: string, value: boolean) => void;
  /** An enum or a count below 2^32. */
  readonly uint: (w: Writer, tag: number, name: string, value: number) => void;
  /** A fixed32: flags. */
  readonly fixed32: (w: Writer, tag: number, name: string, value: number) => void;
  /** A whole number in the range of int64. */
  readonly int: (w: Writer, tag: number, name: string, value: number | bigint) => void;
  readonly double: (w: Writer, tag: number, name: string, value: number) => void;
  readonly time: (w: Writer, tag: number, name: string, value: Time) => void;
}
