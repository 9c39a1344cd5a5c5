import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ExtensionsApi, startExtensionsApi } from './extensions-api.fixture.ts';
import { exchangeSync } from './sync-exchange.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: an-id\r\nContent-Length: 2\r\n\r\n{}';

let api: ExtensionsApi | undefined;

afterEach(async () => {
  vi.restoreAllMocks();
  await api?.close();
});

describe('exchangeSync', () => {
  it('gives the answer without a turn of the event loop', async () => {
    api = await startExtensionsApi();
    let turns = 0;
    setImmediate(() => {
      turns += 1;
    });
    expect([exchange(api.address, 2000), turns]).toEqual([ANSWER, 0]);
  });

  it('gives what comes after the time to whoever listens, whole', async () => {
    api = await startExtensionsApi({ delayMs: 100 });
    const startedAtMs = performance.now();
    const late = Promise.withResolvers<string>();
    expect(exchange(api.address, 25, late.resolve)).toBe(undefined);
    expect(performance.now() - startedAtMs).toBeLessThan(90);
    expect(await late.promise).toBe(ANSWER);
  });

  it('puts the pieces of a late answer together', async () => {
    const late = Promise.withResolvers<string>();
    const server = createServer((socket) => socket.write('first')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    expect(exchange(`127.0.0.1:${port}`, 25, late.resolve)).toBe(undefined);
    server.on('connection', (socket) => setTimeout(() => socket.end('\r\n\r\n'), 20));
    expect(await late.promise).toBe('first\r\n\r\n');
    server.close();
  });

  it('says so late when the connection ends without an answer', async () => {
    api = await startExtensionsApi({ delayMs: 60, answer: 'reset' });
    const late = Promise.withResolvers<string>();
    expect(exchange(api.address, 25, late.resolve)).toBe(undefined);
    expect(await late.promise).toBe('');
  });

  it.each([
    ['reset', /ECONNRESET/],
    ['', /closed without an answer/],
    ['half a line', /closed without an answer/],
  ])('throws for a connection that ends with %j', async (answer, message) => {
    api = await startExtensionsApi({ answer });
    const { address } = api;
    expect(() => exchange(address, 2000)).toThrow(message);
  });

  it('throws where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    expect(() => exchange(`127.0.0.1:${port}`, 2000)).toThrow(/ECONNREFUSED/);
  });

  it('throws where Node gives no TCP handle away', async () => {
    api = await startExtensionsApi();
    const { address } = api;
    vi.spyOn(process as unknown as { binding(): unknown }, 'binding').mockImplementation(() => {
      throw new Error('No such binding: tcp_wrap');
    });
    expect(() => exchange(address, 2000)).toThrow(/No such binding/);
  });
});

function exchange(address: string, timeoutMs: number, onLate: (answer: string) => void = () => {}): string | undefined {
  const [host = '', port] = address.split(':');
  const text = 'POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}';
  return exchangeSync({ host, port: Number(port), text, isWhole: /\r\n\r\n/ }, timeoutMs, onLate);
}
