import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { certificate } from '../sdk/src/otlp/test-support/certificate.ts';
import type { WireRequest } from './sigv4.fixture.ts';

/** A server that answers for AWS and for everybody else, and keeps what it was sent. */
export interface AwsRecorder {
  readonly url: string;
  readonly httpsUrl: string;
  /** The same over HTTP/2 without TLS, as the SDK speaks to Kinesis. */
  readonly http2Url: string;
  readonly received: WireRequest[];
  close(): Promise<void>;
}

/** Starts the recorder on 127.0.0.1. The first attempt of each DynamoDB operation is throttled. */
export async function startAwsRecorder(): Promise<AwsRecorder> {
  const received: WireRequest[] = [];
  const onRequest = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): Promise<void> => {
    const { method = '', url = '', headers } = request;
    const body = await buffer(request);
    received.push({ method, url, headers, body });
    const { statusCode, text } = answer(url, headers, body);
    // The signatures of the two differ, not what they do.
    (response as ServerResponse).writeHead(statusCode, { 'x-amzn-requestid': 'request-1' });
    (response as ServerResponse).end(text);
  };
  const servers = [
    createServer(onRequest),
    createHttpsServer(certificate, onRequest),
    createHttp2Server(onRequest),
  ] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
        }),
    ),
  );
  return {
    url: `http://127.0.0.1:${ports[0]}`,
    httpsUrl: `https://127.0.0.1:${ports[1]}`,
    http2Url: `http://127.0.0.1:${ports[2]}`,
    received,
    async close() {
      for (const server of servers) {
        server.close();
        if ('closeAllConnections' in server) server.closeAllConnections();
      }
    },
  };
}

function answer(url: string, headers: WireRequest['headers'], body: Buffer): { statusCode: number; text: string } {
  const target = String(headers['x-amz-target']);
  const isFirst = String(headers['amz-sdk-request']).startsWith('attempt=1');
  if (target.startsWith('DynamoDB') && isFirst) {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    return { statusCode: 400, text: JSON.stringify({ __type, message: 'slow down' }) };
  }
  if (target === 'AmazonSQS.SendMessage') return { statusCode: 200, text: JSON.stringify(sent(body)) };
  const isXml = url.includes('x-id=') || String(headers['content-type']).includes('x-www-form-urlencoded');
  return { statusCode: 200, text: isXml ? '<Result/>' : '{}' };
}

/** SQS answers with digests, which the SDK compares. */
function sent(body: Buffer): object {
  const { MessageBody } = JSON.parse(body.toString()) as { MessageBody: string };
  return { MessageId: 'message-1', MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex') };
}
