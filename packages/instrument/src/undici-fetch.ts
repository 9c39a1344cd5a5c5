import type { Plugin } from '@tracelet/core';
import { codeOf, judgeError } from './failure.ts';
import { defaultPort, type HeaderAccess, type HttpCall, type Target, trackCalls } from './http-call.ts';
import { listen } from './listen.ts';
import type { PropagationOptions } from './propagation.ts';

/** The part of undici's request that counts here. */
interface Request {
  readonly method: string;
  readonly origin: string | URL | undefined;
  readonly path: string;
  readonly body: unknown;
  readonly upgrade?: unknown;
  /** Names and values in turn; one text in undici 5. */
  readonly headers: string | readonly unknown[];
  addHeader(name: string, value: string): unknown;
}

interface Message {
  readonly request: Request;
}

const ORIGIN = /^(https?:)\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?/i;

/**
 * CLIENT spans for the global `fetch` and for undici, bundled or installed, from undici's diagnostics channels. Requests
 * inside an invocation are traced; those outside make no span. Each hop of a redirect is a call of its own.
 *
 * The span ends when the response has been read, or when the invocation ends, whichever is first. Trace context is sent
 * along unless the caller set a `traceparent`. WebSockets and tunnels through a proxy have no end that is told, and
 * so no span.
 *
 * @see https://undici.nodejs.org/#/docs/api/DiagnosticsChannel
 */
export function undiciFetch(options: PropagationOptions = {}): Plugin {
  return {
    name: 'undici-fetch',
    setup(host) {
      const calls = trackCalls(host, options);
      const tracked = new WeakMap<Request, HttpCall>();
      const disposers = [
        listen<Message>('undici:request:create', ({ request }) => {
          const target = targetOf(request);
          if (request.upgrade || request.method === 'CONNECT' || target === undefined) return;
          const call = calls.begin(target, headersOf(request));
          if (call !== undefined) tracked.set(request, call);
        }),
        listen<Message & { readonly response: { readonly statusCode: number } }>(
          'undici:request:headers',
          ({ request, response }) => tracked.get(request)?.answered(response.statusCode, () => false),
        ),
        listen<Message>('undici:request:trailers', ({ request }) => tracked.get(request)?.ended()),
        listen<Message & { readonly error: unknown }>('undici:request:error', ({ request, error }) => {
          const call = tracked.get(request);
          if (call !== undefined) fail(call, request, error);
        }),
        calls.dispose,
      ];
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
  };
}

function fail(call: HttpCall, { body }: Request, error: unknown): void {
  const verdict = judgeError(error);
  // Errors of the network and of undici have a code. One without is the reason that the caller gave to `abort()`, or,
  // where there is a body to send, what reading that threw.
  const reason = verdict === 'error' && codeOf(error) === undefined && (body === null || body === undefined);
  if (reason || verdict === 'abort') call.ended();
  else call.failed(error, verdict === 'timeout');
}

function headersOf(request: Request): HeaderAccess {
  return {
    has: (name) => hasHeader(request.headers, name.toLowerCase()),
    set: (name, value) => {
      request.addHeader(name, value);
    },
  };
}

function hasHeader(headers: string | readonly unknown[], name: string): boolean {
  if (typeof headers === 'string') return `\n${headers.toLowerCase()}`.includes(`\n${name}:`);
  return headers.some((entry, index) => index % 2 === 0 && String(entry).toLowerCase() === name);
}

function targetOf({ method, origin, path }: Request): Target | undefined {
  const [, protocol, name, port] = ORIGIN.exec(String(origin)) ?? [];
  if (protocol === undefined || name === undefined) return undefined;
  const host = name.replace(/^\[|\]$/g, '').toLowerCase();
  return { method, protocol, host, port: port === undefined ? defaultPort(protocol) : Number(port), path };
}
