import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RuntimeServer, startRuntimeServer } from './runtime-server.ts';

let server: RuntimeServer;
beforeEach(async () => {
  server = await startRuntimeServer();
});
afterEach(() => server.close());

const call = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://${server.address}${path}`, init);
const next = (): Promise<Response> => call('/2018-06-01/runtime/invocation/next');
const post = (path: string, body: string): Promise<Response> => call(path, { method: 'POST', body });

/** What an internal extension does: registers and waits. */
const extend = async (): Promise<() => Promise<Response>> => {
  const headers = { 'Lambda-Extension-Name': 'inner' };
  const body = '{"events":["INVOKE"]}';
  const { headers: answer } = await call('/2020-01-01/extension/register', { method: 'POST', headers, body });
  const id = answer.get('lambda-extension-identifier') ?? '';
  return () => call('/2020-01-01/extension/event/next', { headers: { 'Lambda-Extension-Identifier': id } });
};

describe('the runtime server', () => {
  it('hands an event over and times the answer', async () => {
    const polled = next();
    await server.idle();
    const invoked = server.invoke('{"n":7}');
    const event = await polled;
    expect(await event.json()).toEqual({ n: 7 });
    const id = event.headers.get('lambda-runtime-aws-request-id');
    expect(event.headers.get('lambda-runtime-trace-id')).toMatch(
      /^Root=1-[\da-f]{8}-[\da-f]{24};Parent=[\da-f]{16};Sampled=1$/,
    );
    await (await post(`/2018-06-01/runtime/invocation/${id}/response`, '"done"')).text();
    void next().catch(() => {});
    const { busyMs, latencyMs, payload } = await invoked;
    expect(payload).toBe('"done"');
    expect(latencyMs).toBeGreaterThan(0);
    expect(busyMs).toBeGreaterThan(latencyMs);
  });

  it('is idle only when the extensions wait as well, and tells them of the event', async () => {
    const wait = await extend();
    void next().catch(() => {});
    let isIdle = false;
    const idle = server.idle().then(() => {
      isIdle = true;
    });
    await call('/elsewhere');
    expect(isIdle).toBe(false);
    const told = wait();
    await idle;
    const invoked = server.invoke('{}');
    invoked.catch(() => {});
    expect(await (await told).json()).toMatchObject({ eventType: 'INVOKE' });
    server.fail(new Error('over'));
    await expect(invoked).rejects.toThrow('over');
  });

  it('rejects with what the function posted as its error', async () => {
    const polled = next();
    await server.idle();
    const invoked = server.invoke('{}');
    const id = (await polled).headers.get('lambda-runtime-aws-request-id');
    const failed = expect(invoked).rejects.toThrow('The function failed: {"errorMessage":"no"}');
    await post(`/2018-06-01/runtime/invocation/${id}/error`, '{"errorMessage":"no"}');
    await failed;
  });
});
