import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Plugin } from '@tracelet/core';
import { codeOf, judgeError } from './failure.ts';
import { defaultPort, describe, type HeaderAccess, type HttpCall, type Target, trackCalls } from './http-call.ts';
import { guard, listen } from './listen.ts';
import type { PropagationOptions } from './propagation.ts';

// https://nodejs.org/docs/latest/api/diagnostics_channel.html#http
const CREATED = 'http.client.request.created';
const START = 'http.client.request.start';
const FINISH = 'http.client.response.finish';
const ERROR = 'http.client.request.error';

type Request = ClientRequest & { readonly socketPath?: string | undefined };

interface Tracked {
  readonly call: HttpCall;
  readonly target: Target;
  response: IncomingMessage | undefined;
  timedOut: boolean;
}

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
      const calls = trackCalls(host, options);
      const tracked = new WeakMap<Request, Tracked>();
      const begin = ({ request }: { readonly request: Request }): void => {
        const target = targetOf(request);
        const call = calls.begin(target, request.headersSent ? undefined : headersOf(request));
        if (call === undefined) return;
        const state: Tracked = { call, target, response: undefined, timedOut: false };
        tracked.set(request, state);
        request.once('close', () => guard('close', () => close(state)));
        request.once('timeout', () => {
          state.timedOut = true;
        });
      };
      const disposers = [
        listen(hasCreatedChannel() ? CREATED : START, begin),
        // Published when the head has come, not the body: seen on Node 20, 22, 24 and 26. The end is the event `close`.
        listen<{ readonly request: Request; readonly response: IncomingMessage }>(FINISH, ({ request, response }) => {
          const state = tracked.get(request);
          if (state !== undefined) answer(state, response);
        }),
        listen<{ readonly request: Request; readonly error: unknown }>(ERROR, ({ request, error }) => {
          const state = tracked.get(request);
          if (state !== undefined) fail(state, request, error);
        }),
        calls.dispose,
      ];
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
  };
}

function answer(state: Tracked, response: IncomingMessage): void {
  const { call, target } = state;
  state.response = response;
  call.answered(response.statusCode ?? 0, () => response.complete);
  const port = response.socket?.remotePort;
  if (target.port === undefined && port !== undefined) call.span.setAttributes(describe({ ...target, port }));
}

function fail({ call, timedOut }: Tracked, request: Request, error: unknown): void {
  const verdict = judgeError(error);
  // `destroy()` without an error looks like a reset by the peer, but for the request being destroyed before its error.
  const destroyed = request.destroyed && codeOf(error) === 'ECONNRESET';
  if (timedOut || verdict === 'timeout') call.failed(error, true);
  else if (destroyed || verdict === 'abort') call.ended();
  else call.failed(error);
}

function close({ call, response }: Tracked): void {
  // A response cut short by the peer has no event of the request's: the socket failed or ended, where the caller's own
  // `destroy()` leaves neither mark. Seen on Node 20, 22, 24 and 26.
  const cut = response?.complete === false && (response.socket.errored !== null || response.socket.readableEnded);
  if (cut) call.failed(response.errored);
  else call.ended();
}

function headersOf(request: Request): HeaderAccess {
  return {
    has: (name) => request.hasHeader(name),
    set: (name, value) => request.setHeader(name, value),
  };
}

function targetOf(request: Request): Target {
  const { host: name, method, path, protocol, socketPath } = request;
  const host = name.replace(/^\[|\]$/g, '').toLowerCase();
  const port = socketPath === undefined ? portOf(request, host) : undefined;
  return { method, protocol, host, port, path, socketPath };
}

/** A request does not say its port, but its Host header does; not so when the caller wrote another host there. */
function portOf(request: Request, host: string): number | undefined {
  const header = request.getHeader('host');
  if (typeof header !== 'string') return undefined;
  const [, name, port] = HOST_HEADER.exec(header.toLowerCase()) ?? [];
  if (name?.replace(/^\[|\]$/g, '') !== host) return undefined;
  return port === undefined ? defaultPort(request.protocol) : Number(port);
}

const HOST_HEADER = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/;

/** Node 22.12 and 23.2 brought the channel that is told before the headers are sent. */
function hasCreatedChannel(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 2) || (major === 22 && minor >= 12);
}
