import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { currentFrame, type Dispose, type PluginHost, subscribe } from '@tracelet/core';
import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
} from './attributes.ts';
import { writeError } from './failure.ts';
import { type PropagationOptions, permissionFor } from './propagation.ts';
import { redactUrl } from './redact-url.ts';

/** Where a request goes. */
export interface Target {
  readonly method: string;
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** Host name or address, without brackets and port. */
  readonly host: string;
  readonly port: number | undefined;
  /** Path and query. */
  readonly path: string;
  /** Path of the Unix socket that takes the host's place. */
  readonly socketPath?: string | undefined;
}

/** How a client's requests give and take headers. */
export interface HeaderAccess<R> {
  /** Whether headers can still be added. */
  isOpen(request: R): boolean;
  has(request: R, name: string): boolean;
  set(request: R, name: string, value: string): void;
}

/** One call that has not ended. */
export interface HttpCall {
  readonly span: Span;
  readonly target: Target;
  readonly requestId: string | undefined;
  /** When the response's head came, in milliseconds since the epoch. */
  headAtMs: number | undefined;
  response: { readonly complete?: boolean | undefined } | undefined;
  timedOut: boolean;
}

/** The calls that one client makes, by its own request objects. */
export interface HttpCalls<R> {
  /** Starts a call's span, and sends its context along where headers can still be added. */
  begin(request: R, target: Target): HttpCall | undefined;
  find(request: R): HttpCall | undefined;
  /** Ends a call, once: the response was read, the caller gave up, or `failure` says what went wrong. */
  end(request: R, failure?: Failure): void;
  /** Ends what is open. */
  readonly dispose: Dispose;
}

export interface Failure {
  readonly error: unknown;
  /** Whether it was a time limit of the caller's. */
  readonly timedOut: boolean;
}

const KNOWN_METHODS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
);

/** Keeps the calls of one client. Spans are made inside invocations only, and never for the Lambda Runtime API. */
export function trackCalls<R>(host: PluginHost, options: PropagationOptions, headers: HeaderAccess<R>): HttpCalls<R> {
  // Not a WeakMap, which costs the garbage collector 2 to 9 us a call. Every request ends, and leaves this map then.
  const open = new Map<R, HttpCall>();
  const permission = permissionFor(options);
  const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
  const end = (request: R, failure?: Failure, timeMs?: number): void => {
    const call = open.get(request);
    if (call === undefined) return;
    open.delete(request);
    try {
      if (failure !== undefined) writeError(call.span, failure.error, failure.timedOut);
    } finally {
      call.span.end(timeMs);
    }
  };
  const unsubscribe = subscribe('tracelet:invocation', ({ requestId }) => {
    for (const [request, { headAtMs, requestId: own, response }] of open) {
      // Nobody reads the rest of this response: what is known of the call ended with its head.
      if (headAtMs !== undefined && own === requestId)
        end(request, undefined, response?.complete ? undefined : headAtMs);
    }
  });
  return {
    begin(request, target) {
      const frame = currentFrame();
      if (frame === undefined || `${target.host}:${target.port}` === runtimeApi) return undefined;
      const attributes = describe(target);
      const name = HTTP_REQUEST_METHOD_ORIGINAL in attributes ? 'HTTP' : target.method;
      const started = host.start({ name, kind: SpanKind.CLIENT, attributes });
      if (started === undefined) return undefined;
      const { span } = started;
      const { requestId } = frame.invocation;
      const call = { span, target, requestId, headAtMs: undefined, response: undefined, timedOut: false };
      open.set(request, call);
      const { context, baggage } = permission(target.host);
      if (context && headers.isOpen(request)) addHeaders(headers, request, host.inject(started), baggage);
      return call;
    },
    find: (request) => open.get(request),
    end,
    dispose() {
      unsubscribe();
      for (const request of open.keys()) end(request);
    },
  };
}

/** Writes down the head of the response: its status, and an error where that says so. */
export function writeHead(call: HttpCall, statusCode: number, response?: HttpCall['response']): void {
  const { span } = call;
  // Rounded up: a span that ends before it started would be refused.
  call.headAtMs = Date.now() + 1;
  call.response = response;
  span.setAttribute(HTTP_RESPONSE_STATUS_CODE, statusCode);
  if (statusCode < 400) return;
  span.setAttribute(ERROR_TYPE, String(statusCode));
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The attributes that a call starts with. */
export function describe({ method, protocol, host, port, path, socketPath }: Target): Attributes {
  const authority = host.includes(':') ? `[${host}]` : host;
  const suffix = port === undefined || port === defaultPort(protocol) ? '' : `:${port}`;
  const known = KNOWN_METHODS.has(method);
  const attributes: Attributes = {
    [HTTP_REQUEST_METHOD]: known ? method : '_OTHER',
    [SERVER_ADDRESS]: socketPath ?? host,
    // A proxy is given the whole URL in place of the path.
    [URL_FULL]: redactUrl(path.startsWith('/') ? `${protocol}//${authority}${suffix}${path}` : path),
  };
  if (port !== undefined) attributes[SERVER_PORT] = port;
  if (!known) attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method;
  return attributes;
}

/** A host name in lower case; an IPv6 address without its brackets. */
export function bareHost(host: string): string {
  return (host.startsWith('[') ? host.slice(1, -1) : host).toLowerCase();
}

/** The port that a URL leaves out. */
export function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** Adds what the caller has not set. With a trace context of the caller's own, ours stays away altogether. */
function addHeaders<R>(
  headers: HeaderAccess<R>,
  request: R,
  carrier: Readonly<Record<string, string>>,
  baggage: boolean,
): void {
  if (headers.has(request, 'traceparent')) return;
  for (const name in carrier) {
    const value = carrier[name];
    if (value === undefined || (name === 'baggage' && !baggage) || headers.has(request, name)) continue;
    headers.set(request, name, value);
  }
}
