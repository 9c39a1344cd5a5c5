import { diagnose, type Fields } from '@tracelet/core';
import { isError } from './error-facts.ts';
import { inOnePiece } from './quote.ts';
import { mayAdd, omission, startWalk, writeJson, writeKey, writeProperty, writeUnreadable } from './write-json.ts';

/** Fields that every line of a child logger carries. */
export interface BoundFields {
  /** Their values as the lines say them. */
  readonly plain: Fields;
  /** Each as `,"key":value`. */
  readonly text: string;
}

/** The fields of one line. */
export interface LineFields {
  /** Each as `,"key":value`: the bound ones first. */
  readonly text: string;
  /** The first error among the line's own fields. */
  readonly error: Error | undefined;
}

/** Keys of a line that are the logger's own. */
export const RESERVED_KEYS = [
  'timestamp',
  'level',
  'message',
  'trace_id',
  'span_id',
  'trace_flags',
  'request_id',
  'function_name',
  'function_version',
  'cold_start',
  'tenant_id',
] as const;

/** Characters of JSON for what `with` bound. Together with the message and a line's own fields they fit into 256 KB. */
const BOUND_ROOM_CHARS = 12_000;
const LINE_ROOM_CHARS = 36_000;

/** No bound fields. */
export const unbound: BoundFields = { plain: {}, text: '' };

/** Adds fields to bound ones. Their values are read now: later changes do not show. */
export function bindFields(bound: BoundFields, given: unknown): BoundFields {
  const { text } = writeFields(given, BOUND_ROOM_CHARS, unbound);
  const plain: Fields = { ...bound.plain, ...parseEntries(text) };
  return { plain, text: inOnePiece(writeFields(plain, BOUND_ROOM_CHARS, unbound).text) };
}

/** Writes a line's own fields after the bound ones; where both have a key, the line's own counts. */
export function lineFields(bound: BoundFields, given: unknown): LineFields {
  if (given === undefined) return { text: bound.text, error: undefined };
  const { text, error, clashes } = writeFields(given, LINE_ROOM_CHARS, bound);
  if (clashes.length === 0) return { text: bound.text + text, error };
  const rest = Object.fromEntries(Object.entries(bound.plain).filter(([key]) => !clashes.includes(key)));
  return { text: writeFields(rest, BOUND_ROOM_CHARS, unbound).text + text, error };
}

/** The object that entries make, each given as `,"key":value`. */
export function parseEntries(text: string): Fields {
  return JSON.parse(`{${text.slice(1)}}`) as Fields;
}

interface WrittenFields extends LineFields {
  /** Keys that are bound too. */
  readonly clashes: readonly string[];
}

function writeFields(given: unknown, roomChars: number, bound: BoundFields): WrittenFields {
  try {
    return writeEach(asFields(given), roomChars, bound);
  } catch (error) {
    // A Proxy may pass for a plain object and throw at any step after that.
    return { text: `,"value":${writeUnreadable(error)}`, error: undefined, clashes: [] };
  }
}

function writeEach(fields: object, roomChars: number, bound: BoundFields): WrittenFields {
  const walk = startWalk(roomChars);
  const clashes: string[] = [];
  let text = '';
  let count = 0;
  // for-in reads these plain objects in two thirds of the time of Object.keys.
  for (const key in fields) {
    if (!mayAdd(walk, count)) {
      text += omission(true, Object.keys(fields).length - count);
      break;
    }
    count += 1;
    const json = writeProperty(fields, key, walk);
    if (json === undefined) continue;
    const head = headOf(key);
    if (head === '') {
      sayClash(key);
      continue;
    }
    walk.room -= head.length;
    text = text + head + json;
    if (bound !== unbound && Object.hasOwn(bound.plain, key)) clashes.push(key);
  }
  return { text, error: walk.error, clashes };
}

/** Whatever was given in the place of fields, as an object with fields; of a value without any, `{ value }`. */
function asFields(given: unknown): object {
  if (given === undefined || given === null) return {};
  if (isError(given)) return { error: given };
  if (isPlain(given)) return given;
  // Through JSON, so that whatever code the value brings along runs once and is contained.
  const made: unknown = JSON.parse(writeJson(given, startWalk(LINE_ROOM_CHARS)) ?? 'null');
  return typeof made === 'object' && made !== null && !Array.isArray(made) ? made : { value: made };
}

/** Tells whether an object's own properties are what it says: no class of its own, no `toJSON`. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}

// Keys of fields are few and come again: remembering them as JSON saves a fifth of a line's time. Bounded, because they
// may come from outside.
const MAX_HEADS = 1000;
const MAX_HEAD_CHARS = 64;
const heads = new Map<string, string>(RESERVED_KEYS.map((key) => [key, '']));

/** `,"key":`, or nothing for a reserved key. */
function headOf(key: string): string {
  const known = heads.get(key);
  if (known !== undefined) return known;
  const head = `,${writeKey(key)}:`;
  if (heads.size < MAX_HEADS && key.length <= MAX_HEAD_CHARS) heads.set(key, inOnePiece(head));
  return head;
}

function sayClash(key: string): void {
  const remedy = `Give the field another name; the logger's own keys are ${RESERVED_KEYS.join(', ')}.`;
  diagnose('log_reserved_key', `The log field ${key} was left out: the key is the logger's own`, remedy);
}
