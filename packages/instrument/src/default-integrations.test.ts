import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultIntegrations } from './default-integrations.ts';
import { type Peer, rig, startPeer } from './rig.fixture.ts';

let peer: Peer;

beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

it('traces node:http and fetch, each call once, and heeds the list of hosts', async () => {
  const on = rig(defaultIntegrations({ propagateTo: ['example.com'] }), peer.port);
  const answers = await on.invoke(async () => [
    await new Promise((resolve) => get(`${peer.url}/headers`, (response) => resolve(text(response)))),
    await (await fetch(`${peer.url}/headers`)).text(),
  ]);
  on.dispose();
  expect(answers).toEqual(['{}', '{}']);
  const span = 'CLIENT GET http://127.0.0.1:PORT/headers 200';
  expect(on.spans()).toEqual([span, span]);
});

it('sends the trace context everywhere by default', async () => {
  const on = rig(defaultIntegrations(), peer.port);
  const answer = await on.invoke(async () => (await fetch(`${peer.url}/headers`)).json());
  on.dispose();
  expect(answer).toMatchObject({ tracestate: 'vendor=1' });
});
