import { describeError } from '@tracelet/core';
import { isError } from './error-facts.ts';
import { startWalk, writeJson } from './write-json.ts';

/** Characters of JSON of a line's message. */
export const MESSAGE_ROOM_CHARS = 32_768;

/**
 * The message as text, whatever the caller gave in its place. An error alone, `log.error(error)`, is the message and
 * what stands in the place of the fields.
 */
export function messageOf(message: unknown, fields: unknown): { readonly message: string; readonly rest: unknown } {
  if (typeof message === 'string') return { message, rest: fields };
  if (isError(message)) return { message: describeError(message).message, rest: fields ?? message };
  const json = writeJson(message, startWalk(MESSAGE_ROOM_CHARS)) ?? 'undefined';
  return { message: json.startsWith('"') ? String(JSON.parse(json)) : json, rest: fields };
}
