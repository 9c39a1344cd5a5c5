import type { Attributes } from '@opentelemetry/api';
import {
  CLIENT_ADDRESS,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_PATH,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../attributes.ts';
import type { Outcome, SpanPlan } from '../trigger.ts';
import { type Json, known, object, text } from './shape.ts';

/** What every HTTP trigger knows of a request. */
export interface HttpRequest {
  readonly method: unknown;
  readonly path: unknown;
  /** Route template such as `/pets/{petId}`; never the raw path. */
  readonly route?: unknown;
  readonly headers: Json;
  readonly clientAddress?: unknown;
  readonly userAgent?: unknown;
  /** As API Gateway writes it: `HTTP/1.1`. */
  readonly protocol?: unknown;
  readonly host?: unknown;
}

const KNOWN_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
];

const HOST = /^(.+?)(?::(\d{1,5}))?$/;

/**
 * Plans the span of an HTTP invocation: `{method} {route}`, or the method alone where there is no template.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
 */
export function planHttp(request: HttpRequest): SpanPlan {
  const original = text(request.method) ?? '';
  const isKnown = KNOWN_METHODS.includes(original.toUpperCase());
  const method = isKnown ? original.toUpperCase() : '_OTHER';
  const route = text(request.route);
  // A Host header ends with the port, unless it is the scheme's own.
  const [, address, port] = HOST.exec(text(request.host) ?? header(request.headers, 'host') ?? '') ?? [];
  const attributes: Attributes = known<string | number>({
    [HTTP_REQUEST_METHOD]: method,
    [HTTP_REQUEST_METHOD_ORIGINAL]: original !== '' && original !== method ? original : undefined,
    [HTTP_ROUTE]: route,
    [URL_PATH]: text(request.path),
    [URL_SCHEME]: header(request.headers, 'x-forwarded-proto') ?? 'https',
    [SERVER_ADDRESS]: address,
    [SERVER_PORT]: port === undefined ? undefined : Number(port),
    [CLIENT_ADDRESS]: text(request.clientAddress) ?? header(request.headers, 'x-forwarded-for')?.split(',')[0]?.trim(),
    [USER_AGENT_ORIGINAL]: text(request.userAgent) ?? header(request.headers, 'user-agent'),
    [NETWORK_PROTOCOL_VERSION]: text(request.protocol)?.replace(/^HTTP\//i, ''),
  });
  const verb = isKnown ? method : 'HTTP';
  return { name: route === undefined ? verb : `${verb} ${route}`, attributes };
}

/**
 * Judges a proxy result by its status code: 5xx is a fault whose `error.type` is the code, 4xx is the caller's.
 *
 * @param whenMissing The code that the gateway answers with when the result has none.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
export function judgeHttp(result: unknown, whenMissing: number): Outcome {
  const { statusCode } = object(result);
  const given = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  const code = typeof given === 'number' && Number.isInteger(given) ? given : whenMissing;
  const attributes = { [HTTP_RESPONSE_STATUS_CODE]: code };
  return code >= 500 ? { fault: true, errorType: String(code), attributes } : { fault: false, attributes };
}

/** A header by its lower-case name, in whatever case it came. */
export function header(headers: Json, name: string): string | undefined {
  const key = name in headers ? name : Object.keys(headers).find((candidate) => candidate.toLowerCase() === name);
  const value = key === undefined ? undefined : headers[key];
  return text(Array.isArray(value) ? value[0] : value);
}
