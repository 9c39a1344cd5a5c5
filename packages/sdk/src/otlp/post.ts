import { context } from '@opentelemetry/api';
import { monotonicMs } from '@tracelet/core';
import { askHeaders, type Headers, type SignRequest } from '../request-headers.ts';
import { within } from '../within.ts';
import { exchange } from './exchange.ts';
import { type Fault, TIMEOUT } from './fault.ts';
import { type PartialSuccess, printable, readPartialSuccess } from './response.ts';
import { suppressTracing } from './suppress.ts';
import type { OtlpTarget } from './target.ts';
import { VERSION } from './version.ts';
import type { Answer } from './wire.ts';

export type { OtlpTarget } from './target.ts';

/** Why a request may succeed later. */
export type RetryableReason =
  | 'headers'
  | 'http_429'
  | 'http_502'
  | 'http_503'
  | 'http_504'
  | 'timeout'
  | 'refused'
  | 'reset'
  | 'network';

/**
 * What became of one request. Keep the body if it is `retryable`, after `retryAfterMs` where the backend gave one (at
 * most a day); drop and count it if it is `rejected`. Messages name the endpoint and, where there is one, the remedy.
 */
export type PostResult =
  | { readonly status: 'acknowledged'; readonly partial?: PartialSuccess | undefined }
  | {
      readonly status: 'retryable';
      readonly reason: RetryableReason;
      readonly retryAfterMs?: number | undefined;
      readonly message: string;
    }
  | { readonly status: 'rejected'; readonly reason: string; readonly message: string };

/**
 * Makes one attempt to send one request body. Never rejects and leaves nothing behind that could throw later.
 *
 * A connection that was kept alive and turns out to be dead is replaced once, at once. No span is made of it.
 *
 * @param timeoutMs bound of the whole attempt in milliseconds: compression, connection, answer
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export async function post(target: OtlpTarget, body: Uint8Array, timeoutMs: number): Promise<PostResult> {
  try {
    return await send(target, body, timeoutMs);
  } catch (error) {
    const message = `${target.url} cannot be requested: ${(error as Error).message}`;
    return { status: 'rejected', reason: 'invalid_request', message };
  }
}

/** Smaller bodies are sent as they are: gzip costs 1.3 ms the first time and saves nothing on one packet. */
const GZIP_ABOVE_BYTES = 1024;

const DAY_MS = 86_400_000;

async function send(target: OtlpTarget, body: Uint8Array, timeoutMs: number): Promise<PostResult> {
  // False for NaN too.
  if (!(timeoutMs > 0)) return failed(target.url, TIMEOUT);
  const endMs = monotonicMs() + timeoutMs;
  const isCompressed = target.compression === 'gzip' && body.length > GZIP_ABOVE_BYTES;
  const packed = isCompressed ? gzip(body) : undefined;
  // The threads that compress may be busy with something else.
  if (packed && !(await within(packed, timeoutMs))) return failed(target.url, TIMEOUT);
  const payload = packed ? await packed : body;
  const headers = headersOf(target, isCompressed);
  const asked = target.sign && (await ask(target.sign, target.url, headers, payload, endMs - monotonicMs()));
  if (asked?.fault) return failed(target.url, asked.fault);
  const all = asked ? { ...headers, ...asked.headers } : headers;
  const attempt = (): Promise<Answer> => exchange(target, all, payload, endMs - monotonicMs());
  const answer = await attempt();
  if (!answer.isStale) return judge(target, answer);
  // One stale socket means that the others are stale too: the process was frozen, or the backend restarted.
  dropIdle(target);
  return judge(target, await attempt());
}

/** What is asked may send requests of its own. */
function ask(
  sign: SignRequest,
  url: string,
  headers: Headers,
  body: Uint8Array,
  timeoutMs: number,
): ReturnType<typeof askHeaders> {
  const all = { ...headers, 'content-length': String(body.length) };
  const request = { method: 'POST', url, headers: all, body } as const;
  return context.with(suppressTracing(context.active()), askHeaders, undefined, sign, request, timeoutMs);
}

/** The headers of all requests of a target, one object for all that are compressed and one for all others. */
function headersOf(target: OtlpTarget, isCompressed: boolean): Headers {
  let both = known.get(target);
  if (both === undefined) {
    const plain = {
      'user-agent': `tracelet/${VERSION}`,
      ...target.headers,
      'content-type': target.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    };
    both = [plain, { ...plain, 'content-encoding': 'gzip' }];
    known.set(target, both);
  }
  return both[isCompressed ? 1 : 0];
}

const known = new WeakMap<OtlpTarget, readonly [Headers, Headers]>();

function dropIdle({ way }: OtlpTarget): void {
  if (!('agent' in way)) way.dropIdle();
  else for (const socket of Object.values(way.agent.freeSockets).flat()) socket?.destroy();
}

function gzip(body: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Level 1 takes 0.9 ms for 1,000 spans (446 KiB) and leaves 11 %, the default 2.2 ms and 10 %.
    const done = (error: Error | null, bytes: Uint8Array): void => (error ? reject(error) : resolve(bytes));
    process.getBuiltinModule('node:zlib').gzip(body, { level: 1 }, done);
  });
}

function judge({ encoding, url }: OtlpTarget, { chunks, fault, response }: Answer): PostResult {
  const { headers = {}, statusCode: status = 0 } = response ?? {};
  const isTaken = status >= 200 && status < 300;
  if (fault && (isTaken || !response)) return failed(url, fault);
  const answer = Buffer.concat(chunks);
  if (isTaken) {
    return { status: 'acknowledged', partial: readPartialSuccess(answer, headers['content-type'], encoding) };
  }
  const reason = `http_${status}`;
  const detail = printable(String(answer));
  const message = `${url} answered ${status}${detail && `: ${detail}`}`;
  if ([429, 502, 503, 504].includes(status)) {
    const retryAfterMs = readRetryAfter(headers['retry-after']);
    return { status: 'retryable', reason: reason as RetryableReason, message, retryAfterMs };
  }
  const remedy = status >= 300 && status < 400 ? REDIRECT : REMEDIES[status];
  return { status: 'rejected', reason, message: remedy ? `${message}. ${remedy}` : message };
}

function failed(url: string, { message, reason }: Fault): PostResult {
  const common = { message: `${url} ${message}` };
  // The backend has taken the request: sent again it would be there twice.
  if (reason === 'response_too_large') return { ...common, status: 'rejected', reason };
  return { ...common, status: 'retryable', reason };
}

/** Seconds or an HTTP date, as milliseconds from now. */
function readRetryAfter(header = ''): number | undefined {
  const text = header.trim();
  const delayMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text.endsWith(' GMT') ? text : '') - Date.now();
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), DAY_MS);
}

const REDIRECT = 'Redirects are not followed: set the endpoint to its final address.';
const CREDENTIALS = 'Check the credentials in OTEL_EXPORTER_OTLP_HEADERS.';
const PATH = 'Check the path: only OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces or /v1/logs appended.';

const REMEDIES: Readonly<Record<number, string>> = {
  401: CREDENTIALS,
  403: CREDENTIALS,
  404: PATH,
  405: PATH,
  415: 'Try the other OTEL_EXPORTER_OTLP_PROTOCOL: http/protobuf or http/json.',
};
