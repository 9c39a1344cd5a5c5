/** The text of a message: text as it is, any other value as JSON; a trace context becomes a field of a JSON object. */
export function toText(value: unknown, traceparent?: string): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(traceparent === undefined ? value : { traceparent, ...(value as object) });
}

/** The same as base64; bytes as they are. */
export function toBase64(value: unknown, traceparent?: string): string {
  return (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(toText(value, traceparent))).toString(
    'base64',
  );
}
