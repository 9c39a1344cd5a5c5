/** Text that is not worth decoding for a trace context: what SQS and SNS allow by default. */
export const MAX_PAYLOAD_LENGTH: number = 256 * 1024;

// 512 bytes of a gzip stream hold at least the first few fields of what is inside.
const HEAD_LENGTH = 684;

/**
 * The text that base64 holds; of a gzip stream, the beginning alone. `undefined` where there is nothing to decode or more
 * than {@link MAX_PAYLOAD_LENGTH} of it.
 */
export function base64Text(data: unknown): string | undefined {
  if (typeof data !== 'string' || data.length > MAX_PAYLOAD_LENGTH) return undefined;
  return data.startsWith('H4sI') ? unzippedHead(data) : Buffer.from(data, 'base64').toString();
}

/**
 * The beginning of the text that a gzip stream in base64 holds: 512 bytes of it are unzipped, in 10 us, because a function
 * that reads such a payload unzips all of it anyway. `undefined` when it is no such stream.
 */
export function unzippedHead(data: unknown): string | undefined {
  const head = Buffer.from(String(data).slice(0, HEAD_LENGTH), 'base64');
  const { constants, gunzipSync } = process.getBuiltinModule('node:zlib');
  try {
    // Flushed rather than finished, a stream may be cut short. It grows a thousandfold at most.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_PAYLOAD_LENGTH }).toString();
  } catch {
    return undefined;
  }
}
