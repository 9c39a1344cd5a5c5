import { context } from '@opentelemetry/api';
import { type Answer, exchange, type Fault, TIMEOUT, toDelayMs } from './exchange.ts';
import { type PartialSuccess, readErrorMessage, readPartialSuccess } from './response.ts';
import { suppressTracing } from './suppress.ts';
import type { OtlpTarget } from './target.ts';
import { VERSION } from './version.ts';

export type { OtlpTarget } from './target.ts';

/** Why a request may succeed later. */
export type RetryableReason =
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
  | { readonly status: 'acknowledged'; readonly partial?: PartialSuccess }
  | {
      readonly status: 'retryable';
      readonly reason: RetryableReason;
      readonly retryAfterMs?: number;
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
    return await context.with(suppressTracing(context.active()), send, undefined, target, body, timeoutMs);
  } catch (error) {
    const message = `The request to ${target.url} could not be made: ${(error as Error).message}`;
    return { status: 'rejected', reason: 'invalid_request', message };
  }
}

/** Smaller bodies are sent as they are: gzip costs 1.3 ms the first time and saves nothing on one packet. */
const GZIP_ABOVE_BYTES = 1024;

const DAY_MS = 86_400_000;

async function send(target: OtlpTarget, body: Uint8Array, timeoutMs: number): Promise<PostResult> {
  // False for NaN too.
  if (!(timeoutMs > 0)) return retryable(target.url, TIMEOUT);
  const startedAtMs = performance.now();
  const leftMs = (): number => timeoutMs - (performance.now() - startedAtMs);
  const isCompressed = target.compression === 'gzip' && body.length > GZIP_ABOVE_BYTES;
  const payload = isCompressed ? await gzip(body, timeoutMs) : body;
  if (payload === undefined) return retryable(target.url, TIMEOUT);
  const headers = requestHeaders(target, payload, isCompressed);
  let answer = await exchange(target, headers, payload, leftMs());
  if (answer.fault?.isStale) {
    dropIdleSockets(target);
    answer = await exchange(target, headers, payload, leftMs());
  }
  return judge(target, answer);
}

function requestHeaders(target: OtlpTarget, payload: Uint8Array, isCompressed: boolean): Record<string, string> {
  return {
    'user-agent': `tracelet/${VERSION}`,
    ...target.headers,
    'content-type': target.encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    'content-length': String(payload.length),
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  };
}

/** Undefined if it takes longer than `timeoutMs`: the threads may be busy with something else. */
function gzip(body: Uint8Array, timeoutMs: number): Promise<Uint8Array | undefined> {
  const { gzip: compress } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, toDelayMs(timeoutMs), undefined);
    // Level 1 takes 0.9 ms for 1,000 spans (446 KiB) and leaves 11 %, the default 2.2 ms and 10 %.
    compress(body, { level: 1 }, (error, bytes) => {
      clearTimeout(timer);
      if (error) reject(error);
      else resolve(bytes);
    });
  });
}

/** One stale socket means that the others are stale too: the process was frozen, or the backend restarted. */
function dropIdleSockets({ agent }: OtlpTarget): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function judge(target: OtlpTarget, answer: Answer): PostResult {
  const { fault, response } = answer;
  const { url } = target;
  if (response === undefined) return retryable(url, fault as Fault);
  const status = response.statusCode ?? 0;
  const contentType = response.headers['content-type'];
  if (status >= 200 && status < 300) {
    if (fault?.reason === 'too_large') {
      return { status: 'rejected', reason: 'response_too_large', message: `${url} ${fault.message}` };
    }
    if (fault !== undefined) return retryable(url, fault);
    const partial = readPartialSuccess(Buffer.concat(answer.chunks), contentType, target.encoding);
    return partial === undefined ? { status: 'acknowledged' } : { status: 'acknowledged', partial };
  }
  const detail = readErrorMessage(Buffer.concat(answer.chunks), contentType);
  const said = `${url} answered ${status}${detail && `: ${detail}`}`;
  if (status === 429 || status === 502 || status === 503 || status === 504) {
    const retryAfterMs = readRetryAfter(response.headers['retry-after']);
    const result = { status: 'retryable', reason: `http_${status}`, message: said } as const;
    return retryAfterMs === undefined ? result : { ...result, retryAfterMs };
  }
  const remedy = remedyOf(status, response.headers.location, url);
  return { status: 'rejected', reason: `http_${status}`, message: remedy ? `${said}. ${remedy}` : said };
}

function retryable(url: string, { message, reason }: Fault): PostResult {
  return { status: 'retryable', reason: reason === 'too_large' ? 'network' : reason, message: `${url} ${message}` };
}

/** Seconds or an HTTP date, as milliseconds from now. */
function readRetryAfter(header: string | undefined): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, DAY_MS);
  const atMs = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.min(Math.max(atMs - Date.now(), 0), DAY_MS);
}

function remedyOf(status: number, location: string | undefined, url: string): string | undefined {
  if (status >= 300 && status < 400) {
    const to = location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined;
    return `Redirects are not followed: set the endpoint to its final address${to ? `, ${to.origin}${to.pathname}` : ''}.`;
  }
  return REMEDIES[status];
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: 'Check the credentials in OTEL_EXPORTER_OTLP_HEADERS.',
  403: 'Check the credentials in OTEL_EXPORTER_OTLP_HEADERS.',
  404: 'Check the path: OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces or /v1/logs appended, the per-signal ones do not.',
  405: 'Check the path: OTEL_EXPORTER_OTLP_ENDPOINT gets /v1/traces or /v1/logs appended, the per-signal ones do not.',
  415: 'Try the other encoding: OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json.',
};
