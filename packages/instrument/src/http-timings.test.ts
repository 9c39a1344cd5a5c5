import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { httpTimings } from './http-timings.ts';
import { nodeHttp } from './node-http.ts';
import { call, type Peer, type Rig, rig, startPeer } from './rig.fixture.ts';

let peer: Peer;
let on: Rig;

beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());
beforeEach(() => {
  on = rig([nodeHttp(), httpTimings()], peer.port);
});
afterEach(() => on.dispose());

const events = () => on.finished().map((span) => span.events.map(({ name }) => name));

it('tells when a new connection stood, the request was sent and the response began', async () => {
  const agent = new Agent({ keepAlive: true });
  const local = { ...peer, url: peer.url.replace('127.0.0.1', 'localhost') };
  await on.invoke(() => call(local, '/ok', { agent, family: 4 }));
  await on.invoke(() => call(local, '/ok', { agent, family: 4 }));
  expect(events()).toEqual([
    ['http.dns', 'http.connect', 'http.sent', 'http.first_byte'],
    ['http.sent', 'http.first_byte'],
  ]);
  expect(on.finished().map(({ attributes }) => attributes['tracelet.connection.reused'])).toEqual([false, true]);
  agent.destroy();
});

it('tells nothing once it is disposed', async () => {
  on.dispose();
  on = rig([nodeHttp()], peer.port);
  await on.invoke(() => call(peer, '/ok'));
  expect(events()).toEqual([[]]);
});
