import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openWire, type Wire } from './wire.ts';

const REQUEST = Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
const EMPTY = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

it('finds a server by name as by address', async () => {
  for (const host of ['localhost', '127.0.0.1']) {
    const { wire } = await start((socket) => socket.write(EMPTY), host);
    expect(await wire.send(REQUEST, 1000)).toMatchObject({ response: { statusCode: 200 } });
  }
});

it('says what a name is that nobody knows', async () => {
  const wire = openWire({ host: 'no.such.host.invalid', port: 1, maxConnections: 1, holdsProcess: true });
  expect(await wire.send(REQUEST, 5000)).toMatchObject({
    fault: { message: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) },
  });
});

it('takes an answer in chunks, and one that ends with its connection', async () => {
  const texts = [
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n',
    'HTTP/1.1 200 OK\r\n\r\ntwo',
    'HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\nthree',
  ];
  const { sockets, wire } = await start((socket, count) => {
    socket.write(texts[count - 1] as string);
    if (count === 2) socket.end();
  });
  const bodies = [];
  for (const _ of texts) bodies.push(String(Buffer.concat((await wire.send(REQUEST, 1000)).chunks)));
  expect([bodies, sockets.length]).toEqual([['one', 'two', 'three'], 2]);
});

it('does not use a connection again that closes, is silent for too long, or says more than it was asked', async () => {
  const texts = ['HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n', '', `${EMPTY}${EMPTY}`, EMPTY];
  const { sockets, wire } = await start((socket, count) => void socket.write(texts[count - 1] as string));
  const answers = [];
  for (const _ of texts) answers.push(await wire.send(REQUEST, 50));
  expect([answers.map(({ fault }) => fault?.reason), sockets.length]).toEqual([
    [undefined, 'timeout', undefined, undefined],
    4,
  ]);
});

it('closes a connection on which something comes that nobody asked for', async () => {
  const { sockets, wire } = await start((socket) => socket.write(EMPTY));
  await wire.send(REQUEST, 1000);
  sockets[0]?.write(EMPTY);
  await once(sockets[0] as Socket, 'close');
  expect(await wire.send(REQUEST, 1000)).toMatchObject({ response: { statusCode: 200 } });
  expect(sockets.length).toBe(2);
});

it('lets requests wait for a connection, each no longer than it may', async () => {
  const { sockets, wire } = await start((socket, count) => count > 1 && socket.write(EMPTY));
  const first = wire.send(REQUEST, 100);
  const second = wire.send(REQUEST, 20);
  const third = wire.send(REQUEST, 1000);
  expect((await second).fault?.reason).toBe('timeout');
  expect((await first).fault?.reason).toBe('timeout');
  expect((await third).response?.statusCode).toBe(200);
  expect(sockets.length).toBe(2);
});

it('tells a connection that broke while idle from one that broke on its first request', async () => {
  const { wire } = await start((socket, count) => (count === 1 ? socket.write(EMPTY) : socket.resetAndDestroy()));
  expect(await wire.send(REQUEST, 1000)).toMatchObject({ isStale: false });
  expect(await wire.send(REQUEST, 1000)).toMatchObject({ isStale: true, fault: { reason: 'reset' } });
  expect(await wire.send(REQUEST, 1000)).toMatchObject({ isStale: false, fault: { reason: 'reset' } });
});

it('ends what is under way as it is closed', async () => {
  const { sockets, wire } = await start(() => {});
  const pending = wire.send(REQUEST, 5000);
  while (sockets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  wire.close();
  expect(await pending).toMatchObject({ fault: { reason: 'reset' } });
});

/** A server that does as told with each request, and one connection to it at most. */
async function start(
  answer: (socket: Socket, count: number) => unknown,
  host = '127.0.0.1',
): Promise<{ readonly sockets: readonly Socket[]; readonly wire: Wire }> {
  const sockets: Socket[] = [];
  let count = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', () => answer(socket, ++count));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const wire = openWire({ host, port, maxConnections: 1, holdsProcess: true });
  onTestFinished(() => {
    wire.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { sockets, wire };
}
