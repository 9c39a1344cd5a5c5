import type { Plugin } from '@tracelet/core';
import { codeOf, failureOf } from './failure.ts';
import { type HttpClient, httpPlugin, parseOrigin, writeHead } from './http-call.ts';
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
  readonly response: { readonly statusCode: number };
  readonly error: unknown;
}

const client: HttpClient<Request, Message> = {
  created: 'undici:request:create',
  targetOf({ method, path, origin, upgrade }) {
    const parsed = upgrade || method === 'CONNECT' ? undefined : parseOrigin(String(origin));
    return parsed && { ...parsed, method, path };
  },
  channels: {
    'undici:request:headers': (call, { response }) => writeHead(call, response.statusCode),
    'undici:request:trailers': (call, _, end) => end(call),
    'undici:request:error'(call, { request: { body }, error }, end) {
      // Errors of the network and of undici have a code. One without is the reason that the caller gave to `abort()`,
      // or, where there is a body to send, what reading that threw.
      end(call, failureOf(error, false, (body ?? undefined) === undefined && codeOf(error) === undefined));
    },
  },
  isOpen: () => true,
  has: ({ headers }, name) => hasHeader(headers, name.toLowerCase()),
  set: (request, name, value) => {
    request.addHeader(name, value);
  },
};

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
  return httpPlugin('undici-fetch', options, client);
}

function hasHeader(headers: string | readonly unknown[], name: string): boolean {
  if (typeof headers === 'string') return `\n${headers.toLowerCase()}`.includes(`\n${name}:`);
  for (let i = 0; i < headers.length; i += 2) {
    const entry = String(headers[i]);
    if (entry.length === name.length && entry.toLowerCase() === name) return true;
  }
  return false;
}
