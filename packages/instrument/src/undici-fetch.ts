import type { Plugin } from '@tracelet/core';
import { CONNECTION_REUSED } from './attributes.ts';
import { codeOf, failureOf } from './failure.ts';
import { httpPlugin } from './http-call.ts';
import type { HttpClient } from './http-client.ts';
import { parseOrigin } from './http-target.ts';
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
  readonly response: { readonly statusCode: number; readonly headers?: readonly unknown[] | undefined };
  readonly error: unknown;
  readonly socket: unknown;
}

// Set on a socket once it has carried a request.
const USED = Symbol.for('tracelet.socket.used');

const client: HttpClient<Request, Message> = {
  created: 'undici:request:create',
  requestOf: ({ request }) => request,
  targetOf({ method, path, origin, upgrade }) {
    const parsed = upgrade || method === 'CONNECT' ? undefined : parseOrigin(String(origin));
    return parsed && { ...parsed, method, path };
  },
  channels: {
    'undici:client:sendHeaders'({ span }, { socket }) {
      if (typeof socket !== 'object' || socket === null) return;
      span.setAttribute(CONNECTION_REUSED, USED in socket);
      (socket as { [USED]?: true })[USED] = true;
    },
    'undici:request:headers': (call, { response: { statusCode, headers } }, { head }) =>
      head(call, { statusCode, get: (name) => headerOf(headers, name) }),
    'undici:request:trailers': (call, _, { end }) => end(call),
    'undici:request:error'(call, { request: { body }, error }, { end }) {
      // Errors of the network and of undici have a code. One without is the reason that the caller gave to `abort()`,
      // or, where there is a body to send, what reading that threw.
      end(call, failureOf(error, false, (body ?? undefined) === undefined && codeOf(error) === undefined));
    },
  },
  isOpen: () => true,
  get: ({ headers }, name) => headerOf(headers, name),
  set: (request, name, value) => {
    request.addHeader(name, value);
  },
  replace(request, name, value) {
    const { headers } = request;
    const at = typeof headers === 'string' ? -1 : indexOf(headers, name);
    if (at < 0) request.addHeader(name, value);
    else (headers as unknown[])[at + 1] = value;
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

/** A header's value out of one text, or of a list of names and values in turn. */
function headerOf(headers: string | readonly unknown[] | undefined, name: string): string | undefined {
  if (headers === undefined) return undefined;
  if (typeof headers !== 'string') {
    const at = indexOf(headers, name);
    return at < 0 ? undefined : String(headers[at + 1]);
  }
  const line = headers.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

function indexOf(headers: readonly unknown[], name: string): number {
  const { length } = name;
  for (let i = 0; i < headers.length; i += 2) {
    const entry = headers[i];
    // A `Buffer` in responses.
    if ((entry as { length: number }).length === length && String(entry).toLowerCase() === name.toLowerCase()) return i;
  }
  return -1;
}
