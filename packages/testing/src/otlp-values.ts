import type { OtlpMessage, OtlpRaw } from './otlp-schema.ts';

/** An attribute value or log body as plain JavaScript: 64-bit integers are numbers when safe, else bigint. */
export type SinkValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly SinkValue[]
  | { readonly [key: string]: SinkValue };

/** Attributes as one plain object; of a repeated key the last value counts. */
export type SinkAttributes = Readonly<Record<string, SinkValue>>;

/** The instrumentation scope that an item came from. */
export interface SinkScope {
  readonly name: string;
  readonly version: string | undefined;
  readonly schemaUrl: string | undefined;
  readonly attributes: SinkAttributes;
}

/** What the items of one resource and scope have in common. */
export interface SinkOrigin {
  /** Attributes of the resource. */
  readonly resource: SinkAttributes;
  readonly scope: SinkScope;
}

/** Reads a list of KeyValue messages. */
export function readAttributes(message: OtlpMessage | undefined): SinkAttributes {
  const pairs = messages(message, 'attributes');
  return Object.fromEntries(pairs.map((pair) => [text(pair, 'key'), readAnyValue(inner(pair, 'value'))]));
}

/**
 * Reads an AnyValue; an absent or empty one is null.
 *
 * @throws Error when it holds two values at once, which its `oneof` forbids.
 */
export function readAnyValue(value: OtlpMessage | undefined): SinkValue {
  const entries = Object.entries(value ?? {});
  const [first, second] = entries;
  if (first === undefined) return null;
  if (second !== undefined) throw new Error(`AnyValue holds two values: ${first[0]} and ${second[0]}.`);
  const [field, raw] = first;
  if (field === 'intValue') return readInteger(raw as bigint);
  if (field === 'arrayValue') return messages(raw as OtlpMessage, 'values').map(readAnyValue);
  if (field === 'kvlistValue') return readAttributes({ attributes: messages(raw as OtlpMessage, 'values') });
  return raw as string | boolean | number | Uint8Array;
}

/** A 64-bit integer as a number when that is exact, else as it is. */
export function readInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Visits every item of a request together with the resource and scope that it came from. */
export function visitItems(
  request: OtlpMessage,
  names: { resources: string; scopes: string; items: string },
  visit: (item: OtlpMessage, origin: SinkOrigin) => void,
): void {
  for (const group of messages(request, names.resources)) {
    const resource = readAttributes(inner(group, 'resource'));
    for (const scoped of messages(group, names.scopes)) {
      const origin: SinkOrigin = { resource, scope: readScope(scoped) };
      for (const item of messages(scoped, names.items)) visit(item, origin);
    }
  }
}

/** A repeated message field; empty when absent. */
export function messages(message: OtlpMessage | undefined, field: string): OtlpMessage[] {
  return (message?.[field] as OtlpMessage[] | undefined) ?? [];
}

/** A message field; undefined when absent. */
export function inner(message: OtlpMessage | undefined, field: string): OtlpMessage | undefined {
  return message?.[field] as OtlpMessage | undefined;
}

/** A string field; empty when absent, as proto3 has it. */
export function text(message: OtlpMessage | undefined, field: string): string {
  return (message?.[field] as string | undefined) ?? '';
}

/** A string field; undefined when absent or empty. */
export function optionalText(message: OtlpMessage | undefined, field: string): string | undefined {
  const value = text(message, field);
  return value === '' ? undefined : value;
}

/** A 32-bit integer or double field; 0 when absent. */
export function number(message: OtlpMessage | undefined, field: string): number {
  return (message?.[field] as number | undefined) ?? 0;
}

/** A 64-bit integer field; 0n when absent. */
export function bigint(message: OtlpMessage | undefined, field: string): bigint {
  return (message?.[field] as bigint | undefined) ?? 0n;
}

/** A repeated scalar field; empty when absent. */
export function list<T extends OtlpRaw>(message: OtlpMessage | undefined, field: string): readonly T[] {
  return (message?.[field] as T[] | undefined) ?? [];
}

function readScope(scoped: OtlpMessage): SinkScope {
  const scope = inner(scoped, 'scope');
  return {
    name: text(scope, 'name'),
    version: optionalText(scope, 'version'),
    schemaUrl: optionalText(scoped, 'schemaUrl'),
    attributes: readAttributes(scope),
  };
}
