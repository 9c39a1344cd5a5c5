import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { dynamodb, type Recorder, send, startRecorder } from './aws-rig.fixture.ts';
import { nodeHttp } from './node-http.ts';
import { type Rig, rig } from './rig.fixture.ts';
import { undiciFetch } from './undici-fetch.ts';

let server: Recorder;
let on: Rig;

beforeAll(async () => {
  server = await startRecorder();
});
afterAll(() => server.close());
beforeEach(() => {
  vi.stubEnv('_X_AMZN_TRACE_ID', undefined);
  on = rig([nodeHttp(), undiciFetch()], server.port);
});
afterEach(() => {
  on.dispose();
  vi.unstubAllEnvs();
});

describe('the X-Ray header', () => {
  const INCOMING = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:1';
  const sent = () => server.received.at(-1)?.headers['x-amzn-trace-id'];

  it('of the runtime is passed on unchanged', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', INCOMING);
    await on.invoke(() => send(server, dynamodb()));
    expect(sent()).toBe(INCOMING);
  });

  it('is rewritten by the policy parent, Lineage and a decision of 0 kept', async () => {
    on.dispose();
    on = rig([nodeHttp(), undiciFetch()], server.port, 'parent');
    vi.stubEnv('_X_AMZN_TRACE_ID', INCOMING);
    await on.invoke(() => send(server, { ...dynamodb(), 'X-Amzn-Trace-Id': INCOMING }));
    const rewritten =
      /^Root=1-5759e988-bd862e3fe1be46a994272793;Parent=(?!53995c3f42cd8ad8)[0-9a-f]{16};Sampled=0;Lineage=a:1$/;
    expect(sent()).toMatch(rewritten);
    await on.invoke(async () =>
      (
        await fetch(server.url, {
          method: 'POST',
          headers: { ...dynamodb(), 'X-Amzn-Trace-Id': INCOMING } as Record<string, string>,
        })
      ).text(),
    );
    expect(sent()).toMatch(rewritten);
  });

  it('is not sent to hosts that get none of our headers, nor to other people', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', INCOMING);
    await on.invoke(() => send(server, {}));
    expect(sent()).toBeUndefined();
    on.dispose();
    on = rig([nodeHttp({ propagateTo: ['example.com'] })], server.port);
    await on.invoke(() => send(server, dynamodb()));
    expect(sent()).toBeUndefined();
  });
});
