import { type Attributes, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { currentFrame, type Plugin, subscribe } from '@tracelet/core';
import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_RESPONSE_STATUS_CODE,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
} from './attributes.ts';
import { type Failure, writeError } from './failure.ts';
import { listen } from './listen.ts';
import { type PropagationOptions, permissionFor } from './propagation.ts';
import { redactUrl } from './redact-url.ts';

/** The server that a request goes to. */
export interface Origin {
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** Host name or address in lower case, without brackets and port. */
  readonly host: string;
  readonly port: number | undefined;
}

/** Where a request goes. */
export interface Target extends Origin {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Path of the Unix socket that takes the host's place. */
  readonly socketPath?: string | undefined;
}

/** One call that has not ended. */
export interface HttpCall<R> {
  readonly request: R;
  readonly span: Span;
  readonly target: Target;
  readonly requestId: string | undefined;
  /** When the response's head came, in milliseconds since the epoch. */
  headAtMs: number | undefined;
  response: { readonly complete?: boolean | undefined } | undefined;
  timedOut: boolean;
}

/** Ends a call, once: the response was read, the caller gave up, or `failure` says what went wrong. */
export type EndCall<R> = (call: HttpCall<R>, failure?: Failure) => void;

/** What is particular to one HTTP client; `M` is what its channels tell. */
export interface HttpClient<R, M> {
  /** The channel that tells of a new request. */
  readonly created: string;
  /** What a new request asks for; nothing for one that is not traced. */
  targetOf(request: R): Target | undefined;
  /** Takes a call that has begun, to hear of what no channel tells. */
  watch?(call: HttpCall<R>, end: EndCall<R>): void;
  /** What to do with a call when a channel tells of it. */
  readonly channels: Readonly<Record<string, (call: HttpCall<R>, message: M, end: EndCall<R>) => void>>;
  /** Whether headers can still be added. */
  isOpen(request: R): boolean;
  has(request: R, name: string): boolean;
  set(request: R, name: string, value: string): void;
}

const KNOWN_METHOD = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY)$/;
const ORIGIN = /^(https?:)\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/|$)/i;

/**
 * The plugin that traces the calls of one HTTP client, and sends the context along where headers can still be added.
 * Spans are made inside invocations only, and never for the Lambda Runtime API.
 */
export function httpPlugin<R, M extends { readonly request: R }>(
  name: string,
  options: PropagationOptions,
  client: HttpClient<R, M>,
): Plugin {
  return {
    name,
    setup(host) {
      // Not a WeakMap, which costs the garbage collector 2 to 9 us a call. Every request ends, and leaves this map then.
      const open = new Map<R, HttpCall<R>>();
      const permission = permissionFor(options);
      const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
      const end = (call: HttpCall<R>, failure?: Failure, timeMs?: number): void => {
        if (!open.delete(call.request)) return;
        try {
          if (failure !== undefined) writeError(call.span, failure);
        } finally {
          call.span.end(timeMs);
        }
      };
      const begin = ({ request }: M): void => {
        const frame = currentFrame();
        if (frame === undefined) return;
        const target = client.targetOf(request);
        if (target === undefined || `${target.host}:${target.port}` === runtimeApi) return;
        const attributes = describe(target);
        const spanName = HTTP_REQUEST_METHOD_ORIGINAL in attributes ? 'HTTP' : target.method;
        const started = host.start({ name: spanName, kind: SpanKind.CLIENT, attributes });
        if (started === undefined) return;
        const { requestId } = frame.invocation;
        const { span } = started;
        const call = { request, span, target, requestId, headAtMs: undefined, response: undefined, timedOut: false };
        open.set(request, call);
        client.watch?.(call, end);
        const { context, baggage } = permission(target.host);
        if (context && client.isOpen(request)) addHeaders(client, request, host.inject(started), baggage);
      };
      const disposers = [
        subscribe('tracelet:invocation', ({ requestId }) => {
          for (const call of open.values()) {
            const { headAtMs } = call;
            // Nobody reads the rest of this response: what is known of the call ended with its head.
            if (headAtMs !== undefined && call.requestId === requestId)
              end(call, undefined, call.response?.complete ? undefined : headAtMs);
          }
        }),
        listen(client.created, begin),
        ...Object.entries(client.channels).map(([channel, react]) =>
          listen<M>(channel, (message) => {
            const call = open.get(message.request);
            if (call !== undefined) react(call, message, end);
          }),
        ),
      ];
      return () => {
        for (const dispose of disposers) dispose();
        for (const call of open.values()) end(call);
      };
    },
  };
}

/** Writes down the head of the response: its status, and an error where that says so. */
export function writeHead<R>(call: HttpCall<R>, statusCode: number, response?: HttpCall<R>['response']): void {
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
  const known = KNOWN_METHOD.test(method);
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

/** Takes `https://name:8443` apart; nothing for what is no origin. */
export function parseOrigin(origin: string): Origin | undefined {
  const [, protocol, name, port] = ORIGIN.exec(origin) ?? [];
  if (protocol === undefined || name === undefined) return undefined;
  return { protocol, host: bareHost(name), port: port === undefined ? defaultPort(protocol) : Number(port) };
}

/** A host name in lower case; an IPv6 address without its brackets. */
export function bareHost(host: string): string {
  return (host.startsWith('[') ? host.slice(1, -1) : host).toLowerCase();
}

/** The port that a URL leaves out. */
function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}

/** Adds what the caller has not set. With a trace context of the caller's own, ours stays away altogether. */
function addHeaders<R, M>(
  client: HttpClient<R, M>,
  request: R,
  carrier: Readonly<Record<string, string>>,
  baggage: boolean,
): void {
  if (client.has(request, 'traceparent')) return;
  for (const [name, value] of Object.entries(carrier)) {
    if ((name !== 'baggage' || baggage) && !client.has(request, name)) client.set(request, name, value);
  }
}
