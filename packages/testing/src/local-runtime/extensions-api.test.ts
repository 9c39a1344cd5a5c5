import { afterEach, describe, expect, it } from 'vitest';
import { runtimeFixture } from './runtime.fixture.ts';
import type { LocalRuntime } from './runtime-types.ts';

const { start, cleanUp } = runtimeFixture();

afterEach(cleanUp);

const PRELUDE = `
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension';
async function register(name, events, headers = {}) {
  const body = JSON.stringify({ events });
  const response = await fetch(base + '/register', { method: 'POST', body, headers: { 'Lambda-Extension-Name': name, ...headers } });
  return { status: response.status, id: response.headers.get('lambda-extension-identifier'), body: await response.json() };
}
async function next(id) {
  const response = await fetch(base + '/event/next', { headers: id ? { 'Lambda-Extension-Identifier': id } : {} });
  return { status: response.status, eventId: response.headers.get('lambda-extension-event-identifier'), body: await response.json() };
}
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
`;

describe('registration', () => {
  it('is open while the handler module loads', async () => {
    const runtime = await start(`${PRELUDE}
      const registered = await register('inner', [], { 'Lambda-Extension-Accept-Feature': 'x, accountId' });
      void next(registered.id);
      export const handler = async () => registered;`);
    expect((await runtime.invoke({})).payload).toEqual({
      status: 200,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      body: {
        functionName: 'local-function',
        functionVersion: '$LATEST',
        handler: 'index.handler',
        accountId: '123456789012',
      },
    });
  });

  it('closes at the first call of the runtime for an event', async () => {
    const runtime = await start(`${PRELUDE} export const handler = async () => register('late', ['INVOKE']);`);
    expect((await runtime.invoke({})).payload).toEqual({
      status: 403,
      id: null,
      body: { errorType: 'Extension.RegistrationClosed', errorMessage: 'Extension registration closed already' },
    });
  });

  it.each([
    ['SHUTDOWN', 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension'],
    ['OTHER', 'OTHER: ErrorInvalidEventType'],
  ])('refuses %s for an internal extension', async (event, errorMessage) => {
    const runtime = await start(`${PRELUDE}
      const registered = await register('inner', ['INVOKE', '${event}']);
      export const handler = async () => registered;`);
    expect((await runtime.invoke({})).payload).toMatchObject({
      status: 403,
      body: { errorType: 'Extension.InvalidEventType', errorMessage },
    });
  });

  it('refuses an empty name, a body that is not JSON, a name in use and an eleventh slot', async () => {
    const runtime = await start(`${PRELUDE}
      const refused = [await register('', []), await register('a', 'INVOKE')];
      for (let index = 0; index < 10; index += 1) void next((await register('agent ' + index, [])).id);
      refused.push(await register('agent 3', []), await register('one more', []));
      export const handler = async () => refused.map((each) => each.status + ' ' + each.body.errorType);`);
    expect((await runtime.invoke({})).payload).toEqual([
      '403 Extension.InvalidExtensionName',
      '403 InvalidRequestFormat',
      '403 Extension.InvalidExtensionState',
      '403 Extension.TooManyExtensions',
    ]);
  });

  it('refuses a poll without an id and with an unknown one', async () => {
    const runtime = await start(`${PRELUDE}
      export const handler = async () => [await next(), await next('nobody')].map((each) => each.body.errorType);`);
    expect((await runtime.invoke({})).payload).toEqual([
      'Extension.MissingExtensionIdentifier',
      'Extension.UnknownExtensionIdentifier',
    ]);
  });
});

describe('an internal extension', () => {
  const FLUSHING = `${PRELUDE}
    const { id } = await register('inner', ['INVOKE']);
    const seen = [];
    (async () => {
      for (;;) {
        const { body, eventId } = await next(id);
        seen.push({ ...body, hasEventId: eventId !== null });
        await sleep(120);
        console.log('flushed', seen.length);
      }
    })();`;

  it('gets the INVOKE event and keeps the environment busy after the response', async () => {
    const runtime = await start(`${FLUSHING}
      export const handler = async (event, context) => {
        await sleep(20);
        return { seen, deadline: Date.now() + context.getRemainingTimeInMillis() };
      };`);
    const result = await runtime.invoke({}, { traceHeader: 'Root=1-2-3' });
    const { seen, deadline } = result.payload as { seen: { deadlineMs: number }[]; deadline: number };
    expect(seen).toEqual([
      {
        eventType: 'INVOKE',
        deadlineMs: expect.any(Number),
        requestId: result.requestId,
        invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:local-function',
        tracing: { type: 'X-Amzn-Trace-Id', value: 'Root=1-2-3' },
        hasEventId: true,
      },
    ]);
    expect(Math.abs((seen[0]?.deadlineMs ?? 0) - deadline)).toBeLessThan(50);
    expect(result.busyMs).toBeGreaterThanOrEqual(119);
    expect(result.latencyMs).toBeLessThan(110);
    expect(result.logs).toEqual(['flushed 1']);
  });

  it('that is not done by the deadline turns the invocation into a time-out and keeps its response', async () => {
    const runtime = await start(`${FLUSHING} export const handler = async () => 'answered';`);
    expect(await runtime.invoke({}, { deadlineMs: 60 })).toMatchObject({
      status: 'timeout',
      ok: false,
      payload: 'answered',
      latencyMs: expect.any(Number),
      error: { errorType: 'Sandbox.Timedout' },
    });
  });

  it('that never asks for an event holds init until its time-out', async () => {
    const code = `${PRELUDE} await register('inner', ['INVOKE']); export const handler = async () => 1;`;
    const runtime = await start(code, { initTimeoutMs: 200 });
    expect(runtime.initError?.errorMessage).toBe('Init timed out after 200 ms');
  });

  it.each(['init', 'exit'])('that posts %s/error ends the environment', async (phase) => {
    const runtime = await start(`${PRELUDE}
      const { id } = await register('inner', []);
      void next(id).catch(() => {});
      export const handler = async () => {
        const headers = { 'Lambda-Extension-Identifier': id, 'Lambda-Extension-Function-Error-Type': 'Extension.Oops' };
        const unnamed = await fetch(base + '/${phase}/error', { method: 'POST', headers: { 'Lambda-Extension-Identifier': id } });
        console.log(unnamed.status);
        const posted = await fetch(base + '/${phase}/error', { method: 'POST', headers });
        console.log(posted.status);
        await sleep(5_000);
      };`);
    const result = await runtime.invoke({});
    expect(result).toMatchObject({
      status: 'crash',
      error: { errorMessage: 'Extension inner gave up: Extension.Oops' },
    });
    expect(result.logs[0]).toBe('403');
  });

  it.each([
    ['a time-out', (runtime: LocalRuntime) => runtime.invoke({ hang: true }, { deadlineMs: 80 })],
    ['shutdown', (runtime: LocalRuntime) => runtime.shutdown()],
  ])('earns the process a SIGTERM and time to act on it at %s', async (_, end) => {
    const runtime = await start(`${PRELUDE}
      const { id } = await register('inner', []);
      void next(id).catch(() => {});
      process.on('SIGTERM', async () => { await sleep(50); console.log('last words'); process.exit(0); });
      export const handler = async (event) => { if (event.hang) await sleep(5_000); };`);
    await end(runtime);
    expect(runtime.stdout).toEqual(['last words']);
  });

  it('cannot stay past its allowance', async () => {
    const runtime = await start(`${PRELUDE}
      void next((await register('inner', [])).id).catch(() => {});
      process.on('SIGTERM', () => { for (;;); });
      export const handler = async () => 1;`);
    const startedAt = performance.now();
    expect(await runtime.shutdown()).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});

describe('an external extension', () => {
  it('may ask for SHUTDOWN and gets both events', async () => {
    const extension = `${PRELUDE}
      const { id } = await register('outer', ['INVOKE', 'SHUTDOWN']);
      process.send('registered');
      for (;;) {
        const { body } = await next(id);
        console.log(body.eventType, body.shutdownReason ?? '');
        if (body.eventType === 'SHUTDOWN') process.exit(0);
      }`;
    const code = `import { spawn } from 'node:child_process';
      import { once } from 'node:events';
      const args = ['--input-type=module', '-e', ${JSON.stringify(extension)}];
      const outer = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      await once(outer, 'message');
      outer.unref();
      export const handler = async () => 1;`;
    const runtime = await start(code, { externalExtensions: ['outer'] });
    expect((await runtime.invoke({})).payload).toBe(1);
    await runtime.shutdown();
    await expect.poll(() => runtime.stdout).toEqual(['INVOKE ', 'SHUTDOWN SPINDOWN']);
  });
});

describe('calls', () => {
  it('notes every call with its answer, waiting ones without', async () => {
    const runtime = await start('export const handler = async () => 1;');
    const { requestId } = await runtime.invoke({});
    expect(runtime.calls.map(({ at, method, path, status }) => ({ method, path, at, status }))).toEqual([
      { method: 'GET', path: '/2018-06-01/runtime/invocation/next', at: expect.any(Number), status: 200 },
      {
        method: 'POST',
        path: `/2018-06-01/runtime/invocation/${requestId}/response`,
        at: expect.any(Number),
        status: 202,
      },
      { method: 'GET', path: '/2018-06-01/runtime/invocation/next', at: expect.any(Number), status: undefined },
    ]);
    expect(runtime.calls[0]?.at).toBeLessThan(runtime.calls[1]?.at ?? 0);
  });

  it('keeps headers, body and trailers of every call as they came', async () => {
    const runtime = await start(`
      export const handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.setContentType('text/x');
        stream.write(event);
        throw new TypeError('boom');
      });`);
    await runtime.invoke('gr\u00fcn');
    const [next, response] = runtime.calls;
    expect([next?.body.length, next?.trailers]).toEqual([0, {}]);
    expect(response).toMatchObject({ method: 'POST', headers: { 'content-type': 'text/x' } });
    expect(new TextDecoder().decode(response?.body)).toBe('gr\u00fcn');
    expect(response?.trailers['lambda-runtime-function-error-type']).toBe('TypeError');
  });

  it('answers unknown paths 404 and a wrong request id 400', async () => {
    const runtime = await start(`export const handler = async () => {
      const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API;
      const posted = (path) => fetch(base + path, { method: 'POST', body: '{}' }).then((response) => response.status);
      return [
        await posted('/2018-06-01/runtime/invocation/none/response'),
        await posted('/2018-06-01/other'),
        await posted('/1999-01-01/runtime/init/error'),
        await fetch(base + '/2018-06-01/runtime/invocation/next').then((response) => response.status),
      ];
    };`);
    expect((await runtime.invoke({})).payload).toEqual([400, 404, 404, 403]);
  });
});
