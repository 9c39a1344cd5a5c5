import { describeError, diagnose, type Fields } from '@tracelet/core';
import { isError, withCauses } from './error-facts.ts';
import type { LineFormat } from './format.ts';
import { inOnePiece } from './quote.ts';
import { mayAdd, omission, startWalk, writeJson, writeProperty, writeUnreadable } from './write-json.ts';

/** Fields that every line of a child logger carries. */
export interface BoundFields {
  /** Their values as the lines say them. */
  readonly plain: Fields;
  /** Each as `,"key":value`. */
  readonly text: string;
  /** The same above the fields of an invocation, made once for each. */
  readonly within: WeakMap<Fields, BoundFields>;
}

/** The fields of one line. */
export interface LineFields {
  /** Each as `,"key":value`: the bound ones first. */
  readonly text: string;
  /** The key of the first error among the line's own fields. */
  readonly errorKey: string | undefined;
}

/** Characters of JSON for what `with` bound. Together with the message and a line's own fields they fit into 256 KB. */
const BOUND_ROOM_CHARS = 12_000;
const LINE_ROOM_CHARS = 36_000;

/** The key of an error that is written in the platform's way, over several fields. */
export const PLATFORM_ERROR = 'errorType';

/** No bound fields. */
export const unbound: BoundFields = /* @__PURE__ */ bound({}, '');

/** Adds fields to bound ones. Their values are read now: later changes do not show. */
export function bindFields(below: BoundFields, given: unknown, format: LineFormat): BoundFields {
  const { text } = writeFields(given, BOUND_ROOM_CHARS, unbound, format);
  return bindPlain({ ...below.plain, ...parseEntries(text) }, format);
}

/** The fields of an invocation below those of a logger. */
export function boundWithin(own: BoundFields, outer: Fields | undefined, format: LineFormat): BoundFields {
  if (outer === undefined) return own;
  let made = own.within.get(outer);
  if (made === undefined) {
    made = bindPlain({ ...outer, ...own.plain }, format);
    own.within.set(outer, made);
  }
  return made;
}

/** Writes a line's own fields after the bound ones; where both have a key, the line's own counts. */
export function lineFields(below: BoundFields, given: unknown, format: LineFormat): LineFields {
  if (given === undefined) return { text: below.text, errorKey: undefined };
  const { text, errorKey, clashes } = writeFields(given, LINE_ROOM_CHARS, below, format);
  if (clashes.length === 0) return { text: below.text + text, errorKey };
  const rest = Object.fromEntries(Object.entries(below.plain).filter(([key]) => !clashes.includes(key)));
  return { text: bindPlain(rest, format).text + text, errorKey };
}

/** The object that entries make, each given as `,"key":value`. */
export function parseEntries(text: string): Fields {
  return JSON.parse(`{${text.slice(1)}}`) as Fields;
}

function bound(plain: Fields, text: string): BoundFields {
  return { plain, text, within: new WeakMap() };
}

/** Of values that have been written before. */
function bindPlain(plain: Fields, format: LineFormat): BoundFields {
  return bound(plain, inOnePiece(writeFields(plain, BOUND_ROOM_CHARS, unbound, format, true).text));
}

interface WrittenFields extends LineFields {
  /** Keys that are bound too. */
  readonly clashes: readonly string[];
}

function writeFields(
  given: unknown,
  roomChars: number,
  below: BoundFields,
  format: LineFormat,
  again = false,
): WrittenFields {
  try {
    if (again || isPlain(given)) return writeEach(given as object, roomChars, below, format, again);
    if (given === undefined || given === null) return { text: '', errorKey: undefined, clashes: [] };
    if (isError(given)) {
      const written = writeEach(errorFields(given, format), roomChars, below, format);
      return format.isPlatform ? { ...written, errorKey: PLATFORM_ERROR } : written;
    }
    // Through JSON, so that whatever code the value brings along runs once and is contained.
    const made: unknown = JSON.parse(writeJson(given, startWalk(LINE_ROOM_CHARS)) ?? 'null');
    const fields = typeof made === 'object' && made !== null && !Array.isArray(made) ? made : { value: made };
    return writeEach(fields, roomChars, below, format, true);
  } catch (error) {
    // A Proxy may pass for a plain object and throw at any step after that.
    return { text: `,"value":${writeUnreadable(error)}`, errorKey: undefined, clashes: [] };
  }
}

function writeEach(
  fields: object,
  roomChars: number,
  below: BoundFields,
  { keyOf, reserved }: LineFormat,
  again = false,
): WrittenFields {
  const walk = startWalk(roomChars, again);
  const clashes: string[] = [];
  let errorKey: string | undefined;
  let text = '';
  let count = 0;
  // for-in reads these plain objects in two thirds of the time of Object.keys.
  for (const name in fields) {
    if (!mayAdd(walk, count)) {
      text += omission(true, Object.keys(fields).length - count);
      break;
    }
    count += 1;
    const key = keyOf(name, walk.redact);
    const json = writeProperty(fields, name, key, walk);
    if (json === undefined) continue;
    if (walk.hasError) errorKey ??= name;
    if (key === undefined) {
      sayClash(name, reserved);
      continue;
    }
    walk.room -= key.text.length;
    text = text + key.text + json;
    if (below !== unbound && Object.hasOwn(below.plain, name)) clashes.push(name);
  }
  return { text, errorKey, clashes };
}

/** What a line says of the error that it is about: `exception.*`, or what the platform says of an error. */
function errorFields(error: Error, { isPlatform }: LineFormat): object {
  if (!isPlatform) return { exception: error };
  const { type, message, stack } = describeError(error);
  return withCauses({ [PLATFORM_ERROR]: type, errorMessage: message, stackTrace: stack?.split('\n') }, error);
}

/** Tells whether an object's own properties are what it says: no class of its own, no `toJSON`. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}

function sayClash(name: string, reserved: readonly string[]): void {
  const remedy = `Give the field another name; the logger's own keys are ${reserved.join(', ')}.`;
  diagnose('log_reserved_key', `The log field ${name} was left out: the key is the logger's own`, remedy);
}
