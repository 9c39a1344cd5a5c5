import type { Socket } from 'node:dgram';
import { describeError } from '@tracelet/core';
import type { Outlet } from './outbox.ts';

/** What every datagram starts with: the head of the daemon's protocol, then OTLP of sampled spans. */
const PREFIX = '{"format":"json","version":1}\nT1S';

/** A datagram holds 65,507 bytes, and base64 makes four of three. */
const MAX_BYTES = 49_000;

const LARGE_BYTES = 16_000;

/**
 * Sends spans to the X-Ray daemon that Lambda runs beside a function with active tracing: OTLP protobuf in base64, one
 * UDP datagram for each body. It takes no credentials and gives no answer, so what is handed over counts as delivered.
 *
 * @param address `AWS_XRAY_DAEMON_ADDRESS`: `host:port`, or `tcp:host:port udp:host:port`. Default: `127.0.0.1:2000`.
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-configuration.html
 */
export function xrayOutlet(address: string | undefined): Outlet {
  const [, host = '127.0.0.1', port = '2000'] = /(?:^|udp:)([^\s:]+):(\d+)(?:\s|$)/.exec(address ?? '') ?? [];
  const name = `udp://${host}:${port}`;
  let socket: Socket | undefined;
  return {
    name,
    encoding: 'protobuf',
    maxBytes: MAX_BYTES,
    send: (body) =>
      new Promise((resolve) => {
        socket ??= openSocket();
        socket.send(PREFIX + Buffer.from(body).toString('base64'), Number(port), host, (error) => {
          // A socket's buffer holds three large datagrams; nobody says when one more was too much.
          if (error === null) return setTimeout(resolve, body.length > LARGE_BYTES ? 2 : 0, { status: 'acknowledged' });
          const message = `${name} cannot be sent to: ${describeError(error).message}`;
          resolve({ status: 'retryable', reason: 'network', message });
        });
      }),
  };
}

function openSocket(): Socket {
  const socket = process.getBuiltinModule('node:dgram').createSocket('udp4');
  // Nobody listening there must not become an uncaught error.
  return socket.on('error', () => {}).unref();
}
