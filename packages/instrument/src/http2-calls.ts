import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Plugin } from '@tracelet/core';
import { codeOf, failureOf } from './failure.ts';
import { httpPlugin } from './http-call.ts';
import type { HttpClient } from './http-client.ts';
import { parseOrigin } from './http-target.ts';
import type { PropagationOptions } from './propagation.ts';
import { tapOnce } from './tap.ts';

interface Message {
  readonly stream: ClientHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly error: unknown;
}

// NGHTTP2_CANCEL
const CANCEL = 8;

const client: HttpClient<ClientHttp2Stream, Message> = {
  created: 'http2.client.stream.created',
  requestOf: ({ stream }) => stream,
  targetOf({ sentHeaders }) {
    const { ':method': method = 'GET', ':path': path, ':scheme': scheme, ':authority': authority } = sentHeaders;
    const origin = method === 'CONNECT' ? undefined : parseOrigin(`${scheme}://${authority}`);
    return origin && { ...origin, method: String(method), path: String(path) };
  },
  channels: {
    'http2.client.stream.finish'(call, { stream, headers }, { head }) {
      head(call, {
        statusCode: Number(headers[':status']),
        get: (name) => headers[name]?.toString(),
        peek: (read) => tapOnce(stream, 'push', read),
        reused: Number(stream.id) > 1,
      });
    },
    'http2.client.stream.error'(call, { error }, { end }) {
      // A connection that failed cancels its streams, and is their error's cause.
      const { cause } = Object(error) as { readonly cause?: unknown };
      end(call, failureOf(codeOf(error) === 'ERR_HTTP2_STREAM_CANCEL' && cause ? cause : error, false, false));
    },
    'http2.client.stream.close'(call, { stream: { rstCode, errored } }, { end }) {
      // The error is told after the end: seen on Node 22, 24 and 26. A stream that is cancelled may have none.
      if (!errored && (rstCode === 0 || rstCode === CANCEL)) end(call);
    },
  },
  // Told of once the headers are on their way.
  isOpen: () => false,
  get: ({ sentHeaders }, name) => sentHeaders[name.toLowerCase()]?.toString(),
  set() {},
  replace() {},
  peekBody: (request, read) => tapOnce(request, 'end', read),
};

/**
 * CLIENT spans for `node:http2`, from Node's own diagnostics channels; the AWS SDK speaks it to Kinesis. Requests inside
 * an invocation are traced. There is no moment at which headers can be added, so no context is sent along.
 *
 * Node has the channels from 22.17 and 24.2 on; before, nothing is traced.
 *
 * @see https://nodejs.org/docs/latest/api/diagnostics_channel.html#http2
 */
export function http2Calls(options: PropagationOptions = {}): Plugin {
  return httpPlugin('http2-calls', options, client);
}
