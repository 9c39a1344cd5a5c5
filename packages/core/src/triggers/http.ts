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
import { carrierGetter } from '../carrier.ts';
import { known, object, text } from '../shape.ts';
import type { Carrier, Outcome, SpanPlan, Trigger } from '../trigger.ts';

/** What sets an HTTP source apart. */
export interface HttpSource<E> {
  readonly id: string;
  matches(event: unknown): boolean;
  request(event: E): HttpRequest;
  /** The status code that the gateway answers with when the result has none. */
  readonly statusWhenMissing: number;
}

/** What an HTTP source knows of a request beside its headers. */
export interface HttpRequest {
  readonly method: unknown;
  readonly path: unknown;
  /** Route template such as `/pets/{petId}`; never the raw path. */
  readonly route?: unknown;
  readonly clientAddress?: unknown;
  readonly userAgent?: unknown;
  /** As API Gateway writes it: `HTTP/1.1`. */
  readonly protocol?: unknown;
  readonly host?: unknown;
}

/** An event with headers; a load balancer sends one of the two, API Gateway's REST API both. */
interface HttpEvent {
  readonly headers?: Carrier | null | undefined;
  readonly multiValueHeaders?: Carrier | null | undefined;
}

/** Declares an HTTP source. */
export function defineHttpSource<E extends HttpEvent, R>({
  id,
  matches,
  request,
  statusWhenMissing,
}: HttpSource<E>): Trigger<E, R> {
  const carrier = (event: E): Carrier => ({ ...event.multiValueHeaders, ...event.headers });
  return {
    id,
    kind: 'http',
    matches,
    plan: (event) => planHttp(request(event), carrier(event)),
    carrier,
    judge: (result) => judgeHttp(result, statusWhenMissing),
  };
}

const METHODS = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY)$/i;
const HOST = /^(.+?)(?::(\d{1,5}))?$/;

/**
 * Plans the span of an HTTP invocation: `{method} {route}`, or the method alone where there is no template.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
 */
function planHttp(request: HttpRequest, headers: Carrier): SpanPlan {
  const header = (name: string): string | undefined => text(carrierGetter.get(headers, name));
  const original = text(request.method) ?? '';
  const method = METHODS.test(original) ? original.toUpperCase() : undefined;
  const route = text(request.route);
  // A Host header ends with the port, unless it is the scheme's own.
  const [, address, port] = HOST.exec(text(request.host) ?? header('host') ?? '') ?? [];
  const attributes = known({
    [HTTP_REQUEST_METHOD]: method ?? '_OTHER',
    [HTTP_REQUEST_METHOD_ORIGINAL]: original === method ? undefined : text(original),
    [HTTP_ROUTE]: route,
    [URL_PATH]: text(request.path),
    [URL_SCHEME]: header('x-forwarded-proto') ?? 'https',
    [SERVER_ADDRESS]: address,
    [SERVER_PORT]: port && Number(port),
    [CLIENT_ADDRESS]: text(request.clientAddress) ?? header('x-forwarded-for')?.split(',')[0]?.trim(),
    [USER_AGENT_ORIGINAL]: text(request.userAgent) ?? header('user-agent'),
    [NETWORK_PROTOCOL_VERSION]: text(request.protocol)?.replace(/^HTTP\//i, ''),
  });
  return { name: [method ?? 'HTTP', route].filter(Boolean).join(' '), attributes };
}

/**
 * Judges a proxy result by its status code: 5xx is a fault whose `error.type` is the code, 4xx is the caller's.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
function judgeHttp(result: unknown, statusWhenMissing: number): Outcome {
  const { statusCode } = object(result);
  const given = typeof statusCode === 'string' ? Number(statusCode) : statusCode;
  const code = Number.isInteger(given) ? Number(given) : statusWhenMissing;
  const attributes = { [HTTP_RESPONSE_STATUS_CODE]: code };
  return code >= 500 ? { fault: true, errorType: String(code), attributes } : { fault: false, attributes };
}
