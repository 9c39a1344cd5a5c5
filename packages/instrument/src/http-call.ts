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

/** How headers are added to a request that has not been sent. */
export interface HeaderAccess {
  has(name: string): boolean;
  set(name: string, value: string): void;
}

/** The calls that one client makes, from request to end. */
export interface HttpCalls {
  /** Starts a call's span, and sends its context along where `headers` are still open. */
  begin(target: Target, headers: HeaderAccess | undefined): HttpCall | undefined;
  /** Ends what is open. */
  readonly dispose: Dispose;
}

/** One call; each of its members may be called at any time, and does nothing after the end. */
export interface HttpCall {
  readonly span: Span;
  /** The response's head has come. `complete` tells later whether its body has, too. */
  answered(statusCode: number, complete: () => boolean): void;
  /** Ends the call with an error, whatever the status was. `timedOut`: by a time limit of the caller's. */
  failed(error: unknown, timedOut?: boolean): void;
  /** Ends the call: the response was read, or the caller gave up. */
  ended(): void;
}

interface OpenCall extends HttpCall {
  /** Ends a call whose response nobody reads to its end, at the time of its head. */
  leave(requestId: string | undefined): void;
}

const KNOWN_METHODS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH QUERY'.split(' '),
);

/** Keeps the calls of one client. Spans are made inside invocations only, and never for the Lambda Runtime API. */
export function trackCalls(host: PluginHost, options: PropagationOptions): HttpCalls {
  const open = new Set<OpenCall>();
  const permission = permissionFor(options);
  const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
  const unsubscribe = subscribe('tracelet:invocation', ({ requestId }) => {
    for (const call of open) call.leave(requestId);
  });
  return {
    begin(target, headers) {
      const frame = currentFrame();
      if (frame === undefined || `${target.host}:${target.port}` === runtimeApi) return undefined;
      const known = KNOWN_METHODS.has(target.method);
      const attributes: Attributes = { [HTTP_REQUEST_METHOD]: known ? target.method : '_OTHER', ...describe(target) };
      if (!known) attributes[HTTP_REQUEST_METHOD_ORIGINAL] = target.method;
      const started = host.start({ name: known ? target.method : 'HTTP', kind: SpanKind.CLIENT, attributes });
      if (started === undefined) return undefined;
      const call = openCall(started.span, frame.invocation.requestId, open);
      const { context, baggage } = permission(target.host);
      if (headers !== undefined && context) addHeaders(headers, host.inject(started), baggage);
      return call;
    },
    dispose() {
      unsubscribe();
      for (const call of open) call.ended();
    },
  };
}

/** The attributes that tell where a request goes. */
export function describe({ protocol, host, port, path, socketPath }: Target): Attributes {
  const authority = host.includes(':') ? `[${host}]` : host;
  const suffix = port === undefined || port === defaultPort(protocol) ? '' : `:${port}`;
  // A proxy is given the whole URL in place of the path.
  const url = path.startsWith('/') ? `${protocol}//${authority}${suffix}${path}` : path;
  return {
    [SERVER_ADDRESS]: socketPath ?? host,
    ...(port === undefined ? {} : { [SERVER_PORT]: port }),
    [URL_FULL]: redactUrl(url),
  };
}

/** The port that a URL leaves out. */
export function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

function openCall(span: Span, requestId: string | undefined, open: Set<OpenCall>): OpenCall {
  let headAtMs: number | undefined;
  let isComplete = (): boolean => false;
  const end = (timeMs?: number): void => {
    if (open.delete(call)) span.end(timeMs);
  };
  const call: OpenCall = {
    span,
    answered(statusCode, complete) {
      // Rounded up: a span that ends before it started would be refused.
      headAtMs = Date.now() + 1;
      isComplete = complete;
      span.setAttribute(HTTP_RESPONSE_STATUS_CODE, statusCode);
      if (statusCode < 400) return;
      span.setAttribute(ERROR_TYPE, String(statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    failed(error, timedOut = false) {
      if (!open.has(call)) return;
      try {
        writeError(span, error, timedOut);
      } finally {
        end();
      }
    },
    ended: () => end(),
    leave(ofRequest) {
      if (headAtMs !== undefined && requestId === ofRequest) end(isComplete() ? undefined : headAtMs);
    },
  };
  open.add(call);
  return call;
}

/** Adds what the caller has not set. With a trace context of the caller's own, ours stays away altogether. */
function addHeaders(headers: HeaderAccess, carrier: Readonly<Record<string, string>>, baggage: boolean): void {
  if (headers.has('traceparent')) return;
  for (const [name, value] of Object.entries(carrier)) {
    if ((baggage || name.toLowerCase() !== 'baggage') && !headers.has(name)) headers.set(name, value);
  }
}
