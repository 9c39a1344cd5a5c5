import type { IncomingMessage } from 'node:http';
import { gunzip } from 'node:zlib';

import { decodeOtlp, type OtlpData, type OtlpEncoding } from './otlp-decode.ts';
import type { OtlpSignal } from './otlp-schema.ts';

/** How the sink shall answer, in place of 200. Everything absent is normal behaviour. */
export interface SinkBehaviour {
  /** Status to answer; the data of any status but 2xx is not kept, as a backend that refuses keeps nothing. */
  status?: number | undefined;
  /** Headers to add to the answer, for example `retry-after`. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds to wait before the answer. The data counts as received when the answer is sent. */
  delayMs?: number | undefined;
  /** Take the request and never answer. The data is not kept. */
  hang?: true | undefined;
  /** Take the request, then reset the connection (TCP RST). The data is not kept. */
  reset?: true | undefined;
  /** Answer 200 with a partial success that rejects this many items, the last ones; the rest is kept. */
  partialRejected?: number | undefined;
  /** Body of the answer, as it is. */
  body?: string | Uint8Array | undefined;
}

/** One request that reached the sink, whatever became of it. */
export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  /** Header names in lower case, repeated headers joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  /** The bytes as they came over the wire: still compressed when `content-encoding` says so. */
  readonly body: Uint8Array;
  /** When the body was complete, milliseconds since the epoch. */
  readonly at: number;
  /** The status answered; undefined while it is pending, and after `hang` or `reset`. */
  readonly status: number | undefined;
  /** Why the sink refused the request by itself (404, 405, 413, 415, 400); undefined when it did not. */
  readonly problem: string | undefined;
}

/** A request read to its end and decoded, or the status and problem to refuse it with. */
export interface Reception {
  readonly request: SinkRequest;
  readonly signal: OtlpSignal | undefined;
  readonly encoding: OtlpEncoding;
  readonly status: number;
  readonly data: OtlpData | undefined;
}

/** What is answered, and how many items the answer rejects. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly rejected: number;
}

/**
 * Reads one request whole and decodes it. Nothing is thrown for bad content: it becomes `status` and `problem`.
 *
 * @throws Error (rejects) when the client goes away before the end of the body.
 */
export async function receive(request: IncomingMessage, maxBodyBytes: number): Promise<Reception> {
  const body = await readBody(request, maxBodyBytes);
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  const contentType = request.headers['content-type'];
  const encoding = encodingOf(contentType);
  const signal = SIGNAL_OF[path];
  const judged = await judge(request, { body, contentType, encoding, maxBodyBytes, path, signal });
  return {
    request: {
      method: request.method ?? '',
      path,
      headers: plainHeaders(request),
      contentType,
      body: body ?? new Uint8Array(0),
      at: Date.now(),
      status: undefined,
      problem: judged.problem,
    },
    signal,
    encoding: encoding ?? 'json',
    status: judged.status,
    data: judged.data,
  };
}

/** Builds the answer to a request, in the encoding of the request as OTLP/HTTP asks. */
export function answerOf(reception: Reception, behaviour: SinkBehaviour): Answer {
  const status = behaviour.status ?? reception.status;
  const isRefusal = status < 200 || status > 299;
  const rejected = isRefusal ? 0 : (behaviour.partialRejected ?? 0);
  const problem = reception.request.problem ?? `the sink was told to answer ${status}`;
  const body = behaviour.body ?? (isRefusal ? refusal(reception, problem) : success(reception, rejected));
  const type = reception.encoding === 'json' ? 'application/json' : 'application/x-protobuf';
  return { status, headers: { 'content-type': type, ...behaviour.headers }, body, rejected };
}

interface Judged {
  readonly status: number;
  readonly problem: string | undefined;
  readonly data: OtlpData | undefined;
}

const SIGNAL_OF: Readonly<Record<string, OtlpSignal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
};

// google.rpc.Code INVALID_ARGUMENT, what OTLP/HTTP wants in the Status message of a 400.
const INVALID_ARGUMENT = 3;

async function judge(
  request: IncomingMessage,
  found: {
    readonly body: Uint8Array | undefined;
    readonly contentType: string | undefined;
    readonly encoding: OtlpEncoding | undefined;
    readonly maxBodyBytes: number;
    readonly path: string;
    readonly signal: OtlpSignal | undefined;
  },
): Promise<Judged> {
  const { body, encoding, maxBodyBytes, signal } = found;
  const refuse = (status: number, problem: string): Judged => ({ status, problem, data: undefined });
  if (signal === undefined) return refuse(404, `no signal at ${found.path}`);
  if (request.method !== 'POST') return refuse(405, `${request.method} in place of POST`);
  if (body === undefined) return refuse(413, `body larger than ${maxBodyBytes} bytes`);
  if (encoding === undefined) return refuse(415, `content type ${found.contentType ?? 'absent'}`);
  const compression = request.headers['content-encoding'] ?? 'identity';
  if (compression !== 'gzip' && compression !== 'identity') return refuse(415, `content encoding ${compression}`);
  const plain = compression === 'gzip' ? await unzip(body, maxBodyBytes) : body;
  if (typeof plain === 'string') return refuse(400, plain);
  const decoded = decodeOtlp(signal, encoding, plain);
  if (!decoded.ok) return refuse(400, decoded.problem);
  return { status: 200, problem: undefined, data: decoded };
}

function encodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return 'json';
  if (type === 'application/x-protobuf') return 'protobuf';
  return undefined;
}

function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= maxBodyBytes) chunks.push(chunk);
    });
    request.on('end', () => resolve(sizeBytes > maxBodyBytes ? undefined : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away.')));
  });
}

function unzip(body: Uint8Array, maxOutputLength: number): Promise<Uint8Array | string> {
  return new Promise((resolve) => {
    gunzip(body, { maxOutputLength }, (error, plain) => resolve(error ? `gzip: ${error.message}` : plain));
  });
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function success({ encoding, signal }: Reception, rejected: number): string | Uint8Array {
  const message = rejected > 0 ? `${rejected} rejected by the sink` : '';
  if (encoding === 'json') {
    const field = { traces: 'rejectedSpans', logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints' }[
      signal ?? 'traces'
    ];
    return rejected > 0
      ? JSON.stringify({ partialSuccess: { [field]: String(rejected), errorMessage: message } })
      : '{}';
  }
  if (rejected === 0) return new Uint8Array(0);
  // ExportPartialSuccess: rejected count is field 1 (int64), message field 2; itself field 1 of the response.
  const partial = [...varintField(1, rejected), ...textField(2, message)];
  return Uint8Array.from([0x0a, ...varint(partial.length), ...partial]);
}

function refusal({ encoding, status }: Reception, problem: string): string | Uint8Array {
  const code = status === 400 ? INVALID_ARGUMENT : 0;
  if (encoding === 'json') return JSON.stringify({ code, message: problem });
  return Uint8Array.from([...varintField(1, code), ...textField(2, problem)]);
}

function varintField(number: number, value: number): number[] {
  return [number << 3, ...varint(value)];
}

function textField(number: number, text: string): number[] {
  const bytes = Buffer.from(text);
  return [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
