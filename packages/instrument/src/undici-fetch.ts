import type { Plugin } from '@tracelet/core';
import { codeOf, judgeError } from './failure.ts';
import {
  bareHost,
  defaultPort,
  type Failure,
  type HeaderAccess,
  type Target,
  trackCalls,
  writeHead,
} from './http-call.ts';
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

const headerAccess: HeaderAccess<Request> = {
  isOpen: () => true,
  has: ({ headers }, name) => hasHeader(headers, name.toLowerCase()),
  set: (request, name, value) => {
    request.addHeader(name, value);
  },
};

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
      const calls = trackCalls(host, options, headerAccess);
      const parseOrigin = originParser();
      const disposers = [
        listen<Message>('undici:request:create', ({ request }) => {
          const { method, path } = request;
          const origin = parseOrigin(String(request.origin));
          if (request.upgrade || method === 'CONNECT' || origin === undefined) return;
          calls.begin(request, { ...origin, method, path });
        }),
        listen<Message & { readonly response: { readonly statusCode: number } }>(
          'undici:request:headers',
          ({ request, response }) => {
            const call = calls.find(request);
            if (call !== undefined) writeHead(call, response.statusCode);
          },
        ),
        listen<Message>('undici:request:trailers', ({ request }) => calls.end(request)),
        listen<Message & { readonly error: unknown }>('undici:request:error', ({ request, error }) => {
          calls.end(request, failureOf(request, error));
        }),
        calls.dispose,
      ];
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
  };
}

function failureOf({ body }: Request, error: unknown): Failure | undefined {
  const verdict = judgeError(error);
  // Errors of the network and of undici have a code. One without is the reason that the caller gave to `abort()`, or,
  // where there is a body to send, what reading that threw.
  const reason = verdict === 'error' && codeOf(error) === undefined && (body === null || body === undefined);
  return reason || verdict === 'abort' ? undefined : { error, timedOut: verdict === 'timeout' };
}

function hasHeader(headers: string | readonly unknown[], name: string): boolean {
  if (typeof headers === 'string') return `\n${headers.toLowerCase()}`.includes(`\n${name}:`);
  for (let i = 0; i < headers.length; i += 2) {
    const entry = String(headers[i]);
    if (entry.length === name.length && entry.toLowerCase() === name) return true;
  }
  return false;
}

type Origin = Pick<Target, 'protocol' | 'host' | 'port'>;

/** Takes origins apart; the last one is kept, for most functions call one service many times. */
function originParser(): (origin: string) => Origin | undefined {
  let last: string | undefined;
  let parsed: Origin | undefined;
  return (origin) => {
    if (origin === last) return parsed;
    last = origin;
    const [, protocol, name, port] = ORIGIN.exec(origin) ?? [];
    if (protocol === undefined || name === undefined) parsed = undefined;
    else parsed = { protocol, host: bareHost(name), port: port === undefined ? defaultPort(protocol) : Number(port) };
    return parsed;
  };
}
