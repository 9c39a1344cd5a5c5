import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { openWire, type Wire } from './wire.ts';

const open: (Server | Wire)[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const each of open.splice(0)) each.close();
});

it('connects to localhost without looking the name up', async () => {
  const port = await listen('127.0.0.1');
  const lookup = vi.spyOn(dns, 'lookup');
  const wire = openLocalhost(port);
  expect(await wire.prime()).toBe(undefined);
  expect((await wire.send(REQUEST, 1000)).response?.statusCode).toBe(200);
  expect(lookup).not.toHaveBeenCalled();
});

it('looks localhost up where nobody listens at 127.0.0.1: as it primes at once, else by a second try', async () => {
  vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, done: (...all: unknown[]) => void) => {
    done(null, [{ address: '127.0.0.2', family: 4 }]);
  }) as never);
  const port = await listen('127.0.0.2');
  expect(await openLocalhost(port).prime()).toBe(undefined);
  const wire = openLocalhost(port);
  const first = await wire.send(REQUEST, 1000);
  expect([first.isStale, first.fault?.reason]).toEqual([true, 'refused']);
  expect((await wire.send(REQUEST, 1000)).response?.statusCode).toBe(200);
});

it('says that localhost refuses where it does so by every address', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  expect((await openLocalhost(port).prime())?.reason).toBe('refused');
});

const REQUEST = Buffer.from('GET / HTTP/1.1\r\n\r\n');

function openLocalhost(port: number): Wire {
  const wire = openWire({ host: 'localhost', port, maxConnections: 1, holdsProcess: true });
  open.push(wire);
  return wire;
}

async function listen(address: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
  }).listen(0, address);
  open.unshift(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
