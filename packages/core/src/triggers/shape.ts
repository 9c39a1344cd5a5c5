/** A JSON object of unknown content. */
export type Json = { readonly [key: string]: unknown };

/** The value as an object to look into; an empty one when it is none. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** A string that is not empty, else `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first record of an event of the shape `{ Records: [...] }`; an empty object when it has none. */
export function firstRecord(event: unknown): Json {
  const records = object(event).Records;
  return object(Array.isArray(records) ? records[0] : undefined);
}

/** Attributes without those that are not known. */
export function known<T>(attributes: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<string, T>;
}
