import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Plugin } from '@tracelet/core';
import { codeOf, judgeError } from './failure.ts';
import {
  bareHost,
  defaultPort,
  describe,
  type Failure,
  type HeaderAccess,
  type HttpCall,
  type Target,
  trackCalls,
  writeHead,
} from './http-call.ts';
import { guard, listen } from './listen.ts';
import type { PropagationOptions } from './propagation.ts';

// https://nodejs.org/docs/latest/api/diagnostics_channel.html#http
const CREATED = 'http.client.request.created';
const START = 'http.client.request.start';
const FINISH = 'http.client.response.finish';
const ERROR = 'http.client.request.error';

type Request = ClientRequest & { readonly socketPath?: string | undefined };

const headerAccess: HeaderAccess<Request> = {
  // Headers given as an array, or with `Expect`, are written by the constructor, and `setHeader` would throw.
  isOpen: (request) => !request.headersSent,
  has: (request, name) => request.hasHeader(name),
  set: (request, name, value) => request.setHeader(name, value),
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
  return {
    name: 'node-http',
    setup(host) {
      const calls = trackCalls(host, options, headerAccess);
      function onTimeout(this: Request): void {
        const call = calls.find(this);
        if (call !== undefined) call.timedOut = true;
      }
      function onClose(this: Request): void {
        const call = calls.find(this);
        if (call !== undefined) guard(FINISH, () => calls.end(this, cutShort(this, call)));
      }
      const begin = ({ request }: { readonly request: Request }): void => {
        if (calls.begin(request, targetOf(request)) !== undefined) {
          request.on('timeout', onTimeout).on('close', onClose);
        }
      };
      const disposers = [
        listen(hasCreatedChannel() ? CREATED : START, begin),
        // Published when the head has come, not the body: seen on Node 20, 22, 24 and 26. The end is the event `close`.
        listen<{ readonly request: Request; readonly response: IncomingMessage }>(FINISH, ({ request, response }) => {
          const call = calls.find(request);
          if (call !== undefined) answer(call, response);
        }),
        listen<{ readonly request: Request; readonly error: unknown }>(ERROR, ({ request, error }) => {
          const call = calls.find(request);
          if (call !== undefined) calls.end(request, failureOf(request, call, error));
        }),
        calls.dispose,
      ];
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
  };
}

function answer(call: HttpCall, response: IncomingMessage): void {
  const { span, target } = call;
  writeHead(call, response.statusCode ?? 0, response);
  const port = response.socket?.remotePort;
  if (target.port === undefined && port !== undefined) span.setAttributes(describe({ ...target, port }));
}

function failureOf({ destroyed }: Request, call: HttpCall, error: unknown): Failure | undefined {
  const verdict = judgeError(error);
  const timedOut = verdict === 'timeout' || (call.timedOut && destroyed);
  if (timedOut) return { error, timedOut };
  // `destroy()` without an error looks like a reset by the peer, but for the request being destroyed before its error.
  const given = verdict === 'abort' || (destroyed && codeOf(error) === 'ECONNRESET');
  return given ? undefined : { error, timedOut };
}

/**
 * A response cut short by the peer has no event of the request's: the socket failed or ended, where the caller's own
 * `destroy()` leaves neither mark. Seen on Node 20, 22, 24 and 26.
 */
function cutShort({ socket }: Request, { response }: HttpCall): Failure | undefined {
  if (response?.complete !== false || !(socket?.errored || socket?.readableEnded)) return undefined;
  return { error: (response as IncomingMessage).errored, timedOut: false };
}

function targetOf(request: Request): Target {
  const { method, path, protocol, socketPath } = request;
  const host = bareHost(request.host);
  const port = socketPath === undefined ? portOf(request, host) : undefined;
  return { method, protocol, host, port, path, socketPath };
}

/** A request does not say its port, but its Host header does; not so when the caller wrote another host there. */
function portOf(request: Request, host: string): number | undefined {
  const header = String(request.getHeader('host')).toLowerCase();
  const name = host.includes(':') ? `[${host}]` : host;
  if (header === name) return defaultPort(request.protocol);
  const port = header.startsWith(`${name}:`) ? Number(header.slice(name.length + 1)) : Number.NaN;
  return Number.isInteger(port) ? port : undefined;
}

/** Node 22.12 and 23.2 brought the channel that is told before the headers are sent. */
function hasCreatedChannel(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 2) || (major === 22 && minor >= 12);
}
