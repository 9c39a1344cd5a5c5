import { types } from 'node:util';
import { currentRedactor, describeError, hideSecret, type Redactor } from '@tracelet/core';
import { isError, withCauses } from './error-facts.ts';
import { type Key, makeKeys } from './key.ts';
import { quote, quoteWithin } from './quote.ts';

/** What is left of the budget while values are written. */
export interface Walk {
  /** Characters of JSON that may still be written; the last parts may exceed it by some hundred. */
  room: number;
  /** Entries of objects and lists that may still be written. */
  entries: number;
  /** The objects around the one being written, outermost first. */
  readonly path: object[];
  /** Whether one of the values was an error as a whole. */
  hasError: boolean;
  readonly redact: Redactor;
  /** What is written has been redacted before. */
  readonly again: boolean;
}

/** Levels of nesting that are written; what lies deeper is named only. */
const MAX_DEPTH = 12;
/** Entries of one object or list that are written. */
const MAX_BREADTH = 500;
const MAX_ENTRIES = 5000;
const MAX_STRING_CHARS = 32_768;
/** No card number is below, and few numbers are above. */
const LEAST_CARD = 3e13;
/** A BigInt may have a billion digits, and writing them takes more than linear time. */
const MAX_BIGINT = 2n ** 128n;

/** A fresh budget of so many characters of JSON. What has been written before is not redacted a second time. */
export function startWalk(roomChars: number, again = false): Walk {
  return { room: roomChars, entries: MAX_ENTRIES, path: [], hasError: false, redact: currentRedactor(), again };
}

/**
 * Writes any value as JSON on one line; `undefined` for `undefined` alone. Never throws and never runs away: each
 * property is read once, and depth, breadth and size have limits with a visible mark.
 *
 * What JSON has no form for is named: `[Function pay]`, `[Circular]`, `[Buffer 12 bytes]`, `[Unreadable: TypeError]`.
 */
export function writeJson(value: unknown, walk: Walk): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeString(value, walk);
    case 'number':
      return Number.isFinite(value) ? writeNumber(value, walk) : spend(walk, `"${value}"`);
    case 'boolean':
      return spend(walk, value ? 'true' : 'false');
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? spend(walk, 'null') : writeObject(value, walk);
    case 'bigint':
      return value < MAX_BIGINT && value > -MAX_BIGINT ? writeString(String(value), walk) : spend(walk, '"[BigInt]"');
    case 'symbol':
      return writeString(String(value), walk);
    default:
      return writeString(`[Function ${nameOf(value)}]`, walk);
  }
}

/**
 * As {@link writeJson}, for a property; one that cannot be read is named so. The one place where values are redacted.
 *
 * @param key What is known of its name; `undefined` for an item of a list.
 */
export function writeProperty(
  object: object,
  name: string | number,
  key: Key | undefined,
  walk: Walk,
): string | undefined {
  let value: unknown;
  try {
    value = (object as Record<PropertyKey, unknown>)[name];
  } catch (error) {
    return spend(walk, writeUnreadable(error));
  }
  if (key !== undefined && !walk.again) value = key.secret ? hideSecret(value) : walk.redact.judge(String(name), value);
  return writeJson(value, walk);
}

/** Takes one more entry off the budget, of which `count` have been written at this place; `false` when it is spent. */
export function mayAdd(walk: Walk, count: number): boolean {
  if (count >= MAX_BREADTH || walk.entries <= 0 || walk.room <= 0) return false;
  walk.entries -= 1;
  walk.room -= 1;
  return true;
}

function writeString(text: string, walk: Walk): string {
  const shown = walk.again ? text : walk.redact.text(text);
  // Most strings are short: these go the short way.
  if (shown.length <= 64 && walk.room > 384) return spend(walk, quote(shown));
  return spend(walk, quoteWithin(shown, Math.min(MAX_STRING_CHARS, walk.room), text.length));
}

function writeNumber(value: number, walk: Walk): string {
  const text = String(value);
  const isCard = value > LEAST_CARD && !walk.again && walk.redact.text(text) !== text;
  return isCard ? writeString(text, walk) : spend(walk, text);
}

function writeObject(value: object, walk: Walk): string {
  const { path } = walk;
  if (path.includes(value)) return spend(walk, '"[Circular]"');
  path.push(value);
  try {
    return path.length > MAX_DEPTH ? spend(walk, nameInShort(value)) : writeMembers(value, walk);
  } catch (error) {
    return spend(walk, writeUnreadable(error));
  } finally {
    path.pop();
  }
}

function writeMembers(value: object, walk: Walk): string {
  if (Array.isArray(value)) return writeList(value, value.length, walk);
  if (isError(value)) return writeError(value, walk);
  const known = Object.getPrototypeOf(value) === Object.prototype ? undefined : writeKnown(value, walk);
  if (known !== undefined) return known;
  const { toJSON } = value as { readonly toJSON?: unknown };
  const made: unknown = typeof toJSON === 'function' ? toJSON.call(value, '') : value;
  if (made === value) return writeOwn(value, Object.keys(value), walk);
  return writeJson(made, walk) ?? spend(walk, 'null');
}

/** Objects of the language whose own properties say nothing of what they hold. */
function writeKnown(value: object, walk: Walk): string | undefined {
  if (types.isDate(value)) {
    const timeMs = Date.prototype.getTime.call(value);
    return spend(walk, Number.isNaN(timeMs) ? '"[Invalid Date]"' : `"${new Date(timeMs).toISOString()}"`);
  }
  if (types.isMap(value)) return writeMap(value, walk);
  if (types.isSet(value))
    return writeList(takeFirst(Set.prototype.values.call(value)), sizeOf(Set.prototype, value), walk);
  if (types.isRegExp(value)) return writeString(RegExp.prototype.toString.call(value), walk);
  if (types.isBoxedPrimitive(value)) return writeJson(value.valueOf(), walk);
  const opaque = isBinary(value) || types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value);
  return opaque ? spend(walk, nameInShort(value)) : undefined;
}

function writeList(items: readonly unknown[], length: number, walk: Walk): string {
  return `[${writeEntries(items, undefined, length, walk)}]`;
}

function writeOwn(value: object, keys: readonly string[], walk: Walk, length = keys.length): string {
  return `{${writeEntries(value, keys, length, walk)}}`;
}

const keyOf = /* @__PURE__ */ makeKeys([]);

/** The entries of an object, or without keys of a list. `length` counts those that were not taken along, too. */
function writeEntries(value: object, keys: readonly string[] | undefined, length: number, walk: Walk): string {
  let text = '';
  let count = 0;
  for (; count < length && mayAdd(walk, count); count += 1) {
    const name = keys?.[count];
    const key = name === undefined ? undefined : keyOf(name, walk.redact);
    const json = writeProperty(value, name ?? count, key, walk);
    if (key === undefined) text += `,${json ?? spend(walk, 'null')}`;
    else if (json !== undefined) text += spend(walk, key.text) + json;
  }
  const more = count < length ? omission(keys !== undefined, length - count) : '';
  walk.room -= more.length + 2;
  return (text + more).slice(1);
}

/** As an object when every key is a string, else as a list of pairs. */
function writeMap(map: ReadonlyMap<unknown, unknown>, walk: Walk): string {
  const size = sizeOf(Map.prototype, map);
  const pairs = takeFirst(Map.prototype.entries.call(map) as Iterable<[unknown, unknown]>);
  const keys = pairs.map(([key]) => key);
  if (!keys.every((key) => typeof key === 'string'))
    return writeList(
      pairs.map((pair) => hidePair(pair, walk.redact)),
      size,
      walk,
    );
  return writeOwn(Object.fromEntries(pairs.map(([key, value]) => [key, value ?? null])), keys, walk, size);
}

/** A pair has no name to be redacted by but its first half. */
function hidePair([key, value]: readonly [unknown, unknown], redact: Redactor): readonly [unknown, unknown] {
  return [key, typeof key === 'string' && redact.isSecret(key) ? hideSecret(value) : value];
}

/** An error's properties of its own are left out: HTTP clients keep whole requests there, credentials included. */
function writeError(error: Error, walk: Walk): string {
  if (walk.path.length === 1) walk.hasError = true;
  const { type, message, stack: stacktrace } = describeError(error);
  return writeOwn(withCauses({ type, message, stacktrace }, error), ERROR_KEYS, walk);
}

const ERROR_KEYS = ['type', 'message', 'stacktrace', 'cause', 'errors'];

/** The entry that stands for entries left out. */
export function omission(keyed: boolean, left: number): string {
  return `,"…${keyed ? '":"' : ''}${left} more"`;
}

function spend(walk: Walk, text: string): string {
  walk.room -= text.length;
  return text;
}

function isBinary(value: object): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);
}

function nameInShort(value: object): string {
  if (Array.isArray(value)) return `"[Array ${value.length}]"`;
  const tag = Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1);
  return quoteWithin(isBinary(value) ? `[${tag} ${value.byteLength} bytes]` : `[${tag}]`, 64);
}

/** What stands for a value whose own code threw. */
export function writeUnreadable(error: unknown): string {
  return quoteWithin(`[Unreadable: ${describeError(error).type}]`, 128);
}

function nameOf(fn: unknown): string {
  try {
    return String((fn as { readonly name?: unknown }).name || 'anonymous');
  } catch {
    return 'unreadable';
  }
}

/** The size that a subclass cannot lie about. */
function sizeOf(prototype: object, collection: object): number {
  return Reflect.get(prototype, 'size', collection) as number;
}

function takeFirst<T>(items: Iterable<T>): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === MAX_BREADTH) break;
    taken.push(item);
  }
  return taken;
}
