/** A JSON object of unknown content. */
export type Json = { readonly [key: string]: unknown };

/**
 * An event of unknown content, to look into at any depth: `event.requestContext?.elb?.targetGroupArn`. What is found is
 * not known to be a string or anything else; {@link text} tells.
 */
export interface Deep {
  readonly [key: string]: Deep | undefined;
}

/** The value as an object to look into; an empty one when it is none. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** A string that is not empty, else `undefined`. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a JSON text says; `undefined` for anything that is none. */
export function parsed(json: unknown): unknown {
  try {
    return typeof json === 'string' ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

/** The first record of an event of the shape `{ Records: [...] }`; an empty object when it has none. */
export function firstRecord(event: unknown): Json {
  const records = object(event).Records;
  return object(Array.isArray(records) ? records[0] : undefined);
}

/** The records of a batch as a source lists them; none where they are no list. An iterator could be without end. */
export function recordsOf<Rec>(source: { list(event: unknown): readonly Rec[] }, event: unknown): readonly Rec[] {
  const list: unknown = source.list(event);
  return Array.isArray(list) ? list : [];
}

/** The records of all groups of an object of lists, such as partitions or queues; none where it is no object. */
export function ungrouped<Rec>(groups: Readonly<Record<string, readonly Rec[]>> | undefined): readonly Rec[] {
  // A text would fall apart into its characters.
  return Object.values(object(groups)).flat() as readonly Rec[];
}

/** What is known of a plain object's values: keys whose value is `undefined` are left out. */
export function known<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const found: Partial<T> = {};
  // for-in takes 0.1 us where Object.fromEntries takes 0.35, and each record of a batch comes by here.
  for (const key in values) if (values[key] !== undefined) found[key] = values[key];
  return found as never;
}
