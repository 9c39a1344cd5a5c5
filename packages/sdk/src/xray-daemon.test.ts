import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { decodeOtlp } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { makeSpans } from './evidence.fixture.ts';
import { splitBySize } from './otlp/encode.ts';
import { xrayOutlet } from './xray-daemon.ts';

it('sends every span in datagrams of OTLP under 64 KB', async () => {
  const daemon = createSocket('udp4').bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  const datagrams: Buffer[] = [];
  daemon.on('message', (message) => datagrams.push(message));
  const outlet = xrayOutlet(`127.0.0.1:${daemon.address().port}`);
  const { ended, start } = makeSpans();
  for (let i = 0; i < 1000; i++) start(`span ${i}`, { filler: 'x'.repeat(100) }).end();
  const bodies = [...splitBySize(ended, outlet.encoding, outlet.maxBytes)];
  for (const { bytes, dropped } of bodies) {
    expect(dropped).toBe(0);
    expect(await outlet.send(bytes, 100)).toEqual({ status: 'acknowledged' });
  }
  expect(bodies.length).toBeGreaterThan(1);
  await expect.poll(() => datagrams.length).toBe(bodies.length);
  daemon.close();
  const names = datagrams.flatMap((datagram) => {
    expect(datagram.length).toBeLessThanOrEqual(65_507);
    const [head, body = ''] = datagram.toString().split('\n');
    expect([head, body.slice(0, 3)]).toEqual(['{"format":"json","version":1}', 'T1S']);
    const decoded = decodeOtlp('traces', 'protobuf', Buffer.from(body.slice(3), 'base64'));
    return decoded.ok ? decoded.spans.map(({ name }) => name) : [decoded.problem];
  });
  expect(names).toEqual(ended.map(({ name }) => name));
});

it('finds the address of the daemon however it is written', () => {
  const names = [
    '169.254.79.129:2000',
    'tcp:10.0.0.1:1 udp:10.0.0.2:3000',
    'udp:daemon:4 tcp:daemon:5',
    '',
    'nonsense',
  ];
  expect(names.map((address) => xrayOutlet(address).name)).toEqual([
    'udp://169.254.79.129:2000',
    'udp://10.0.0.2:3000',
    'udp://daemon:4',
    'udp://127.0.0.1:2000',
    'udp://127.0.0.1:2000',
  ]);
});

it('keeps what cannot be handed over', async () => {
  const outlet = xrayOutlet('127.0.0.1:2000');
  expect(await outlet.send(Buffer.alloc(100_000), 100)).toMatchObject({
    status: 'retryable',
    reason: 'network',
    message: expect.stringContaining('EMSGSIZE'),
  });
});
