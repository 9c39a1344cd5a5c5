import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { startFauxqs } from 'fauxqs';
import { startKinesis } from '../_shared/kinesis-peer.ts';

/** Something that stands in for an AWS service on this machine. */
export interface LocalPeer {
  readonly url: string;
  stop(): Promise<void>;
}

/** SNS and SQS, with a topic that a queue is subscribed to. */
export async function startTopicAndQueue(): Promise<
  LocalPeer & { readonly topicArn: string; readonly queueUrl: string }
> {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  server.createQueue('orders');
  server.createTopic('placed');
  server.subscribe({ topic: 'placed', queue: 'orders', attributes: { RawMessageDelivery: 'true' } });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    url,
    topicArn: 'arn:aws:sns:us-east-1:000000000000:placed',
    queueUrl: `${url}/000000000000/orders`,
    stop: () => server.stop(),
  };
}

/** Kinesis, with a stream. */
export async function startStream(name: string): Promise<LocalPeer> {
  const peer = await startKinesis(import.meta.url);
  const http2 = await startHttp2(peer.endpoint);
  const { url } = http2;
  const kinesis = new KinesisClient({ endpoint: url, maxAttempts: 1 });
  await until(async () => {
    await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
    return true;
  });
  await until(async () => {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    return StreamDescriptionSummary?.StreamStatus === 'ACTIVE';
  });
  return {
    url,
    async stop() {
      kinesis.destroy();
      await http2.stop();
      await peer.stop();
    },
  };
}

/** HTTP/2, which the client speaks to Kinesis, in front of a server of HTTP/1: the mock's own breaks off now and then. */
async function startHttp2(target: string): Promise<LocalPeer> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createHttp2Server(async (incoming, response) => {
    const headers = Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':'));
    const passed = request(target, {
      method: incoming.method,
      path: incoming.url,
      headers: Object.fromEntries(headers),
    });
    passed.on('error', () => response.stream.close());
    passed.on('response', async (answer) => {
      const body = await text(answer);
      response.writeHead(answer.statusCode ?? 500).end(body);
    });
    passed.end(await text(incoming));
  });
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** Lambda's Invoke, by a function of this process. */
export async function startInvoke(
  invoke: (payload: unknown, clientContext: unknown) => Promise<unknown>,
): Promise<LocalPeer> {
  const server = createServer(async (request, response) => {
    const payload: unknown = JSON.parse(await text(request));
    response.end(JSON.stringify(await invoke(payload, clientContextOf(request.headers))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function clientContextOf(headers: IncomingHttpHeaders): unknown {
  const header = headers['x-amz-client-context'];
  return header === undefined ? undefined : JSON.parse(Buffer.from(String(header), 'base64').toString());
}

/** Tries until it is so, for 30 seconds at most. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 300; left > 0; left--) {
    if (await isSo().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error('A local peer did not come up within 30 seconds.');
}
