import type { SocketError } from './fault.ts';

/** The head of an answer, as far as anybody asks for it. */
export interface AnswerHead {
  readonly statusCode?: number | undefined;
  readonly headers: { readonly 'content-type'?: string | undefined; readonly 'retry-after'?: string | undefined };
}

/** An HTTP/1.1 answer, as far as it has come. */
export interface Reading {
  head: AnswerHead | undefined;
  readonly chunks: Buffer[];
  /** What `chunks` come to. */
  sizeBytes: number;
  /** Whether the connection may carry another request afterwards. */
  keepsAlive: boolean;
  phase: 'head' | 'body' | 'chunk size' | 'chunk' | 'chunk end' | 'trailers';
  /** Bytes of the body, or of its chunk, that are to come; `Infinity` for a body that ends with the connection. */
  leftBytes: number;
  /** Of a head or a line the part that has come. */
  rest: Buffer | undefined;
}

/** A head is bounded as Node bounds it. */
const MAX_HEAD_BYTES = 16_384;

const HEAD_END = '\r\n\r\n';
const STATUS = /^HTTP\/1\.([01]) (\d{3})(?![^ \r])/;
const FIELDS = {
  close: /\r\nconnection:[^\r]*close/i,
  keepAlive: /\r\nconnection:[^\r]*keep-alive/i,
  contentLength: /\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*(?:\r|$)/i,
  contentType: /\r\ncontent-type:[ \t]*([^\r]*)/i,
  retryAfter: /\r\nretry-after:[ \t]*([^\r]*)/i,
  transferEncoding: /\r\ntransfer-encoding:[^\r]*chunked/i,
  upgrade: /\r\nupgrade:/i,
} as const;

/** An answer of which nothing has come. */
export function newReading(): Reading {
  const none = { head: undefined, rest: undefined };
  return { ...none, chunks: [], sizeBytes: 0, keepsAlive: false, phase: 'head', leftBytes: 0 };
}

/**
 * Takes the next bytes of a connection. They are copied, so the caller may use their memory again.
 *
 * @returns Whether the answer is whole.
 * @throws A {@link SocketError} for what is no HTTP/1.1, and for a connection that is to speak something else.
 */
export function readAnswer(reading: Reading, bytes: Buffer): boolean {
  let data = reading.rest === undefined ? bytes : Buffer.concat([reading.rest, bytes]);
  reading.rest = undefined;
  for (;;) {
    if (reading.phase === 'body' || reading.phase === 'chunk') {
      data = takeBody(reading, data);
      if (reading.leftBytes > 0) return false;
      if (reading.phase === 'body') return isWhole(reading, data);
      reading.phase = 'chunk end';
    }
    const separator = reading.phase === 'head' ? HEAD_END : '\r\n';
    const end = data.indexOf(separator, 0, 'latin1');
    const text = data.toString('latin1', 0, end < 0 ? Math.min(data.length, MAX_HEAD_BYTES) : end);
    if (reading.phase === 'head' && !text.startsWith('HTTP/1.'.slice(0, text.length))) throw malformed();
    if (end < 0) {
      if (data.length > MAX_HEAD_BYTES) throw malformed();
      reading.rest = Buffer.from(data);
      return false;
    }
    data = data.subarray(end + separator.length);
    if (takeText(reading, text)) return isWhole(reading, data);
  }
}

/** Whether an answer is whole when its connection ends: one that says no length is. */
export function endsWithConnection({ leftBytes }: Reading): boolean {
  return leftBytes === Infinity;
}

/** Takes a head or a line; tells whether the answer ends with it. */
function takeText(reading: Reading, text: string): boolean {
  if (reading.phase === 'head') return takeHead(reading, text);
  if (reading.phase === 'trailers') return text === '';
  if (reading.phase === 'chunk end') {
    if (text !== '') throw malformed();
    reading.phase = 'chunk size';
    return false;
  }
  const [size] = /^[\da-f]{1,8}(?=$|[ \t;])/i.exec(text) ?? [];
  if (size === undefined) throw malformed();
  reading.leftBytes = Number.parseInt(size, 16);
  reading.phase = reading.leftBytes === 0 ? 'trailers' : 'chunk';
  return false;
}

function takeHead(reading: Reading, text: string): boolean {
  const [, minor, status] = STATUS.exec(text) ?? [];
  if (status === undefined) throw malformed();
  const statusCode = Number(status);
  if (statusCode === 101 && FIELDS.upgrade.test(text)) throw fault('ECONNRESET');
  // What is said ahead of the answer, such as `100 Continue`.
  if (statusCode < 200 && statusCode !== 101) return false;
  const isChunked = FIELDS.transferEncoding.test(text);
  const hasBody = statusCode >= 200 && statusCode !== 204 && statusCode !== 304;
  reading.leftBytes = !hasBody || isChunked ? 0 : Number(fieldOf(text, 'contentLength') ?? Infinity);
  const persists = minor === '1' ? !FIELDS.close.test(text) : FIELDS.keepAlive.test(text);
  reading.keepsAlive = persists && reading.leftBytes !== Infinity;
  // Each text that is taken out of the head costs 1 us.
  const mayHaveBody = isChunked || reading.leftBytes > 0;
  reading.head = {
    statusCode,
    headers: {
      'content-type': mayHaveBody ? fieldOf(text, 'contentType') : undefined,
      'retry-after': statusCode >= 400 ? fieldOf(text, 'retryAfter') : undefined,
    },
  };
  reading.phase = hasBody && isChunked ? 'chunk size' : 'body';
  return reading.phase === 'body' && reading.leftBytes === 0;
}

/** Keeps what belongs to the body; gives back what follows it. */
function takeBody(reading: Reading, data: Buffer): Buffer {
  const length = Math.min(reading.leftBytes, data.length);
  if (length === 0) return data;
  reading.chunks.push(Buffer.from(data.subarray(0, length)));
  reading.sizeBytes += length;
  reading.leftBytes -= length;
  return data.subarray(length);
}

/** Bytes that nobody has asked for make a connection useless. */
function isWhole(reading: Reading, surplus: Buffer): true {
  if (surplus.length > 0) reading.keepsAlive = false;
  return true;
}

function fieldOf(head: string, name: keyof typeof FIELDS): string | undefined {
  return FIELDS[name].exec(head)?.[1];
}

/** Named as Node's own parser names it. */
function malformed(): Error & SocketError {
  return fault('HPE_INVALID_CONSTANT');
}

function fault(code: string): Error & SocketError {
  return Object.assign(new Error(code), { code });
}
