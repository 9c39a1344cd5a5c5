import type { Carried } from './aws-service.ts';

/**
 * Puts the context into a JSON object as members of its top level. The text after the first brace stays as it is, so
 * that numbers keep their digits and signatures over parts of it stay valid.
 *
 * @param limits Sizes in bytes that the payload must not come to exceed by what is added, ascending.
 * @returns Nothing where the text is no JSON object, has a `traceparent` of its own, or has no room.
 */
export function injectJson(
  text: string,
  carried: Carried,
  limits: readonly number[],
  otherBytes = 0,
): string | undefined {
  const start = text.indexOf('{');
  if (start < 0 || text.slice(0, start).trim() !== '') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const present = parsed as Record<string, unknown>;
  if (Object.hasOwn(present, 'traceparent')) return undefined;
  const rest = text.slice(start + 1);
  const members = carried
    .filter(([name]) => !Object.hasOwn(present, name))
    .map((member) => member.map((part) => JSON.stringify(part)).join(':'));
  const comma = Object.keys(present).length > 0 ? ',' : '';
  const size = Buffer.byteLength(text) + otherBytes;
  // The context first: with less room it goes without baggage and vendors' state.
  for (let count = members.length; count > 0; count--) {
    const head = `{${members.slice(0, count).join(',')}${comma}`;
    if (staysWithin(size, size + Buffer.byteLength(head) - 1, limits)) return head + rest;
  }
  return undefined;
}

/** The same for a payload in bytes, or in a text. */
export function injectJsonBytes(data: unknown, carried: Carried, limits: readonly number[]): unknown {
  if (typeof data === 'string') return injectJson(data, carried, limits) ?? data;
  if (!(data instanceof Uint8Array)) return data;
  // `{` is where a JSON object starts; anything else need not be decoded.
  if (data[0] !== 0x7b) return data;
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const decoded = text.toString();
  // Bytes that are no UTF-8 would come out as others.
  if (!Buffer.from(decoded).equals(text)) return data;
  const injected = injectJson(decoded, carried, limits);
  return injected === undefined ? data : new Uint8Array(Buffer.from(injected));
}

/**
 * Whether growing keeps to the limit that a size keeps to. A service's limit depends on settings that are not known here
 * (a queue's is 256 KiB or 1 MiB), so what is below one stays below.
 */
export function staysWithin(size: number, grownTo: number, limits: readonly number[]): boolean {
  const limit = limits.find((each) => size <= each);
  return limit !== undefined && grownTo <= limit;
}
