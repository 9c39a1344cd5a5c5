import { get } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeHttp } from './node-http.ts';
import { call, freePort, type Peer, type Rig, rig, startPeer } from './rig.fixture.ts';

let peer: Peer;
let on: Rig;

beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());
beforeEach(() => {
  on = rig([nodeHttp()], peer.port);
});
afterEach(() => on.dispose());

describe('a call that fails', () => {
  it('says so by the code of the error', async () => {
    const error = await on.invoke(() => call(peer, '/reset'));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/reset error.type=ECONNRESET ERROR(read ECONNRESET)']);
  });

  it('says that the peer refused', async () => {
    const port = await freePort();
    await on.invoke(() => new Promise((resolve) => get(`http://127.0.0.1:${port}/`).on('error', resolve)));
    expect(on.spans()).toEqual([
      `CLIENT GET http://127.0.0.1:${port}/ error.type=ECONNREFUSED ERROR(connect ECONNREFUSED 127.0.0.1:${port})`,
    ]);
  });

  it('says that the body was cut short', async () => {
    await on.invoke(() => call(peer, '/cut'));
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/cut 200 error.type=ECONNRESET ERROR(aborted)']);
  });

  it('says that it took too long, whichever way the limit was set', async () => {
    await on.invoke(() => call(peer, '/hang', { timeout: 20 }, (sent) => sent.on('timeout', () => sent.destroy())));
    await on.invoke(() => call(peer, '/hang', { signal: AbortSignal.timeout(20) }));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/hang error.type=TimeoutError ERROR(socket hang up)',
      'CLIENT GET http://127.0.0.1:PORT/hang error.type=TimeoutError ERROR(The operation was aborted)',
    ]);
  });

  it('is not called too late where a time limit was heard of and let pass', async () => {
    await on.invoke(() => call(peer, '/slow-reset', { timeout: 20 }));
    expect(on.spans()).toEqual([
      'CLIENT GET http://127.0.0.1:PORT/slow-reset error.type=ECONNRESET ERROR(read ECONNRESET)',
    ]);
  });

  it('says what error the caller destroyed it with', async () => {
    const given = new RangeError('enough');
    const error = await on.invoke(() => call(peer, '/hang', {}, (sent) => setTimeout(() => sent.destroy(given), 20)));
    expect(error).toBe(given);
    expect(on.spans()).toEqual(['CLIENT GET http://127.0.0.1:PORT/hang error.type=RangeError ERROR(enough)']);
  });
});

describe('a call that the caller gives up', () => {
  it('is no error', async () => {
    await on.invoke(() => {
      const stop = new AbortController();
      return call(peer, '/hang', { signal: stop.signal }, () => setTimeout(() => stop.abort(), 20));
    });
    await on.invoke(() => call(peer, '/hang', {}, (sent) => setTimeout(() => sent.destroy(), 20)));
    await on.invoke(() => call(peer, '/hang', {}, (sent) => sent.destroy()));
    const hang = 'CLIENT GET http://127.0.0.1:PORT/hang';
    expect(on.spans()).toEqual([hang, hang, hang]);
  });

  it('is no error in the middle of the body, either', async () => {
    const stop = new AbortController();
    await on.invoke(() =>
      call(peer, '/slow', { signal: stop.signal }, (sent) =>
        sent.on('response', () => setTimeout(() => stop.abort(), 10)),
      ),
    );
    await on.invoke(() => call(peer, '/slow', {}, (sent) => sent.on('response', (got) => got.destroy())));
    await on.invoke(() => call(peer, '/slow', {}, (sent) => sent.on('response', () => sent.destroy())));
    const slow = 'CLIENT GET http://127.0.0.1:PORT/slow 200';
    expect(on.spans()).toEqual([slow, slow, slow]);
  });
});
