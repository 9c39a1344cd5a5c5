import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Plugin } from '@tracelet/core';
import { SERVER_PORT, URL_FULL } from './attributes.ts';
import { codeOf, type Failure, failureOf } from './failure.ts';
import { httpPlugin } from './http-call.ts';
import type { HttpCall, HttpClient } from './http-client.ts';
import { bareHost, portIn, type Target, urlOf } from './http-target.ts';
import type { PropagationOptions } from './propagation.ts';
import { redactUrl } from './redact-url.ts';
import { tapOnce } from './tap.ts';

type Request = ClientRequest & { readonly socketPath?: string | undefined };

interface Message {
  readonly request: Request;
  readonly response: IncomingMessage;
  readonly error: unknown;
}

// https://nodejs.org/docs/latest/api/diagnostics_channel.html#http
const FINISH = 'http.client.response.finish';

const client: HttpClient<Request, Message> = {
  created: hasCreatedChannel() ? 'http.client.request.created' : 'http.client.request.start',
  requestOf: ({ request }) => request,
  targetOf,
  events: {
    timeout(call) {
      call.timedOut = true;
    },
    close(call, { end }) {
      end(call, cutShort(call));
    },
  },
  channels: {
    // Published when the head has come, not the body: seen on Node 20, 22, 24 and 26. The end is the event `close`.
    [FINISH](call, { request, response }, { head }) {
      const { span, target } = call;
      head(call, {
        statusCode: response.statusCode ?? 0,
        get: (name) => textOf(response.headers[name]),
        peek: (read) => tapOnce(response, 'push', read),
        reused: request.reusedSocket,
        response,
      });
      const port = response.socket?.remotePort;
      if (target.port !== undefined || port === undefined) return;
      span.setAttribute(SERVER_PORT, port);
      if (call.aws === undefined) span.setAttribute(URL_FULL, redactUrl(urlOf({ ...target, port })));
    },
    'http.client.request.error'(call, { request: { destroyed }, error }, { end }) {
      // `destroy()` without an error looks like a reset by the peer, but for the request being destroyed before its error.
      end(call, failureOf(error, call.timedOut && destroyed, destroyed && codeOf(error) === 'ECONNRESET'));
    },
  },
  // Headers given as an array, or with `Expect`, are written by the constructor, and `setHeader` would throw.
  isOpen: (request) => !request.headersSent,
  get: (request, name) => textOf(request.getHeader(name)),
  set: setHeader,
  replace: setHeader,
  peekBody: (request, read) => tapOnce(request, 'end', read),
};

/**
 * CLIENT spans for `node:http` and `node:https`, from Node's own diagnostics channels: nothing is patched, so it works
 * in bundles and in ES modules. Requests inside an invocation are traced; those outside make no span.
 *
 * The span ends when the response has been read, or when the invocation ends, whichever is first. Trace context is sent
 * along unless the caller set a `traceparent`, gave its headers as an array, or has sent them already.
 *
 * Before Node 22.12 there is no moment at which headers can be added: there are spans, but no context is sent along.
 */
export function nodeHttp(options: PropagationOptions = {}): Plugin {
  return httpPlugin('node-http', options, client);
}

/**
 * A response cut short by the peer has no event of the request's: the socket failed or ended, where the caller's own
 * `destroy()` leaves neither mark. Seen on Node 20, 22, 24 and 26.
 */
function cutShort({ request: { socket }, response }: HttpCall<Request>): Failure | undefined {
  if (response?.complete !== false || !(socket?.errored || socket?.readableEnded)) return undefined;
  return { error: (response as IncomingMessage).errored, timedOut: false };
}

function setHeader(request: Request, name: string, value: string): void {
  request.setHeader(name, value);
}

/** A header's value; of several the first. */
function textOf(value: unknown): string | undefined {
  const first = Array.isArray(value) ? value[0] : value;
  return first === undefined ? undefined : String(first);
}

function targetOf(request: Request): Target {
  const { method, path, protocol, socketPath } = request;
  const host = bareHost(request.host);
  // A request does not say its port, but its Host header does; not so when the caller wrote another host there.
  const port = socketPath === undefined ? portIn(textOf(request.getHeader('host')) ?? '', host, protocol) : undefined;
  return { method, protocol, host, port, path, socketPath };
}

/** Node 22.12 and 23.2 brought the channel that is told before the headers are sent. */
function hasCreatedChannel(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 2) || (major === 22 && minor >= 12);
}
