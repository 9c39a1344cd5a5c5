import type { ClientRequest } from 'node:http';
import type { Span } from '@opentelemetry/api';
import { type Plugin, subscribe } from '@tracelet/core';
import { guard, listen } from './listen.ts';

// The events of a socket that is being connected, and what they end.
const STEPS = [
  ['lookup', 'http.dns'],
  ['connect', 'http.connect'],
  ['secureConnect', 'http.tls'],
] as const;

/**
 * Events on the spans of `node:http` and `node:https` that tell where a call's time went: `http.dns`, `http.connect` and
 * `http.tls` when a new connection got so far, `http.sent` when the request was handed to the connection, `http.first_byte`
 * when the head of the response came. Their times are all they say. Adds listeners to each new connection.
 *
 * @example
 * export const lambda = defineLambda({ plugins: [httpTimings()] });
 */
export function httpTimings(): Plugin {
  return {
    name: 'http-timings',
    setup() {
      const open = new WeakMap<ClientRequest, Span>();
      const mark = (request: ClientRequest, event: string): void => {
        open.get(request)?.addEvent(event);
      };
      const disposers = [
        subscribe('tracelet:call', ({ client, request, span }) => {
          if (client !== 'node-http') return;
          const sent = request as ClientRequest;
          open.set(sent, span);
          sent.once('socket', (socket) => {
            if (!socket.connecting) return;
            for (const [event, name] of STEPS) socket.once(event, () => guard('http-timings', () => mark(sent, name)));
          });
          sent.once('finish', () => guard('http-timings', () => mark(sent, 'http.sent')));
        }),
        listen<{ request: ClientRequest }>('http.client.response.finish', ({ request }) =>
          mark(request, 'http.first_byte'),
        ),
      ];
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
  };
}
