import { type ClientHttp2Session, type ClientHttp2Stream, connect, createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { http2Calls } from './http2-calls.ts';
import { freePort, type Rig, rig } from './rig.fixture.ts';

let server: Http2Server;
let session: ClientHttp2Session;
let port: number;
let on: Rig;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    if (request.url === '/reset') response.stream.close(2);
    else if (request.url !== '/hang') response.writeHead(request.url === '/status/500' ? 500 : 200).end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  on = rig([http2Calls()], port);
  session = connect(`http://127.0.0.1:${port}`);
});
afterEach(() => {
  session.destroy();
  on.dispose();
});

/** The body, or the error; the stream has closed by then. */
async function call(
  headers: Record<string, string>,
  body = '',
  meanwhile?: (stream: ClientHttp2Stream) => void,
): Promise<unknown> {
  const stream = session.request({ ':method': 'POST', ...headers });
  const closed = new Promise((resolve) => stream.on('close', resolve));
  stream.end(body);
  meanwhile?.(stream);
  const outcome = await text(stream).catch((error: unknown) => error);
  await closed;
  return outcome;
}

it('a call is a span, and a second one on the same connection says so', async () => {
  expect(await on.invoke(() => call({ ':path': '/ok?sig=1' }))).toBe('ok');
  await on.invoke(() => call({ ':path': '/status/500' }));
  expect(on.spans()).toEqual([
    'CLIENT POST http://127.0.0.1:PORT/ok?sig=REDACTED 200',
    'CLIENT POST http://127.0.0.1:PORT/status/500 500 error.type=500 ERROR()',
  ]);
  expect(on.finished().map(({ attributes }) => attributes['tracelet.connection.reused'])).toEqual([false, true]);
});

it('a call that the peer resets says so', async () => {
  expect(await on.invoke(() => call({ ':path': '/reset' }))).toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR' });
  expect(on.spans()).toEqual([
    'CLIENT POST http://127.0.0.1:PORT/reset error.type=ERR_HTTP2_STREAM_ERROR ERROR(Stream closed with error code NGHTTP2_INTERNAL_ERROR)',
  ]);
});

it('a call that the caller gives up is no error', async () => {
  await on.invoke(() => call({ ':path': '/hang' }, '', (stream) => setTimeout(() => stream.close(8), 20)));
  expect(on.spans()).toEqual(['CLIENT POST http://127.0.0.1:PORT/hang']);
});

it('a call that takes too long, or finds nobody, says so', async () => {
  const late = (): Promise<unknown> => {
    const stream = session.request({ ':path': '/hang' }, { signal: AbortSignal.timeout(20) });
    return new Promise((resolve) => stream.on('error', resolve));
  };
  await on.invoke(late);
  session.destroy();
  const unused = await freePort();
  session = connect(`http://127.0.0.1:${unused}`);
  session.on('error', () => {});
  await on.invoke(() => call({ ':path': '/ok' }));
  expect(on.spans()).toEqual([
    'CLIENT GET http://127.0.0.1:PORT/hang error.type=TimeoutError ERROR(The operation was aborted)',
    `CLIENT POST http://127.0.0.1:${unused}/ok error.type=ECONNREFUSED ERROR(connect ECONNREFUSED 127.0.0.1:${unused})`,
  ]);
});

it('an operation of the AWS SDK is named by its target and its body', async () => {
  const headers = {
    ':path': '/',
    'x-amz-target': 'Kinesis_20131202.PutRecord',
    'user-agent': 'aws-sdk-js/3.1142.0 api/kinesis#3.1142.0',
    'amz-sdk-invocation-id': '1',
  };
  await on.invoke(() => call(headers, '{"Data":"e30=","StreamName":"clicks"}'));
  expect(on.finished().map(({ name, attributes }) => [name, attributes['messaging.destination.name']])).toEqual([
    ['Kinesis.PutRecord', 'clicks'],
  ]);
});

it('nothing is traced outside an invocation', async () => {
  expect(await call({ ':path': '/ok' })).toBe('ok');
  await sleep(5);
  expect(on.finished()).toEqual([]);
});
