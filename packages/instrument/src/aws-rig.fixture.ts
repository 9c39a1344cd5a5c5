import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type RequestOptions,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Rig } from './rig.fixture.ts';

/** A request as the server saw it. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that keeps what it gets and answers by plan. */
export interface Recorder {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** What the next requests are answered with, in turn; afterwards an empty object. */
  plan(...answers: readonly ((response: ServerResponse) => unknown)[]): void;
  close(): Promise<void>;
}

/** Starts the server on the loopback interface. */
export async function startRecorder(): Promise<Recorder> {
  const received: Received[] = [];
  let answers: ((response: ServerResponse) => unknown)[] = [];
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    received.push({ method, url, headers, body: await text(incoming) });
    const answer = answers.shift() ?? ((to) => to.writeHead(200, { 'x-amzn-requestid': 'rid-1' }).end('{}'));
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    received,
    plan: (...planned) => {
      answers = [...planned];
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Name, attributes and events of each span, the server's address left out. */
export function told(on: Rig): readonly unknown[] {
  return on.finished().map(({ name, attributes, events }) => {
    const {
      'server.address': _address,
      'server.port': _port,
      'tracelet.connection.reused': _reused,
      ...rest
    } = attributes;
    return {
      name,
      attributes: rest,
      ...(events.length > 0 && { events: events.map((event) => ({ name: event.name, ...event.attributes })) }),
    };
  });
}

/** What the SDK tells its attempts by. */
export const ids: OutgoingHttpHeaders = { 'amz-sdk-invocation-id': '17cff253', 'amz-sdk-request': 'attempt=1; max=3' };
/** The SDK's user agent. */
export const agentOf = (api: string): string =>
  `aws-sdk-js/3.1168.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0 api/${api}#3.1 m/N`;
/** The SDK's signature of a service. */
export const signed = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** A request as the AWS SDK makes it. */
export async function send(
  server: Recorder,
  headers: OutgoingHttpHeaders,
  options: RequestOptions = {},
  body: string | Uint8Array = '',
): Promise<string> {
  const sent = request(server.url, { method: 'POST', headers, ...options });
  const closed = new Promise((resolve) => sent.on('close', resolve));
  const answered = new Promise<string>((resolve, reject) => {
    sent.on('response', (response) => resolve(text(response))).on('error', reject);
  });
  sent.end(body);
  const answer = await answered.catch((error: Error) => error.message);
  await closed;
  return answer;
}

/** The headers of a service that speaks JSON. */
export const json = (target: string, service: string, signing = service): OutgoingHttpHeaders => ({
  ...ids,
  'x-amz-target': target,
  'user-agent': agentOf(service),
  authorization: signed(signing),
});
/** The headers of DynamoDB's PutItem. */
export const dynamodb = (attempt = 1): OutgoingHttpHeaders => ({
  ...json('DynamoDB_20120810.PutItem', 'dynamodb'),
  'amz-sdk-request': `attempt=${attempt}; max=3`,
});
