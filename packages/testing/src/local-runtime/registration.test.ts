import { afterEach, describe, expect, it } from 'vitest';
import { runtimeFixture } from './runtime.fixture.ts';
import type { RegistrationBehaviour } from './runtime-types.ts';

const { start, cleanUp } = runtimeFixture();

afterEach(cleanUp);

/** Registers over a bare socket, without waiting for it, and tells what came of that. */
const CODE = `
  import { connect } from 'node:net';
  const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const startedAt = Date.now();
  const told = { text: '', end: 'open', ms: undefined };
  const socket = connect(Number(port), host);
  const body = JSON.stringify({ events: [] });
  socket.write('POST /2020-01-01/extension/register HTTP/1.1\\r\\nHost: x\\r\\nLambda-Extension-Name: inner\\r\\nContent-Length: ' + body.length + '\\r\\n\\r\\n' + body);
  socket.on('data', (chunk) => { told.text += chunk; told.ms ??= Date.now() - startedAt; });
  socket.on('error', (error) => { told.end = error.code; });
  socket.on('end', () => { told.end = 'end'; });
  socket.unref();
  export const handler = async (event) => {
    await new Promise((done) => setTimeout(done, event.waitMs));
    return { ...told, text: told.text.split('\\r\\n')[0] };
  };`;

describe('registration', () => {
  it.each<[RegistrationBehaviour, object]>([
    [{ answer: 403 }, { text: 'HTTP/1.1 403 Forbidden', end: 'open' }],
    [{ answer: 'garbage' }, { text: 'garbage, not HTTP', end: 'end' }],
    [{ answer: 'reset' }, { text: '', end: 'ECONNRESET' }],
    [{ answer: 'silence' }, { text: '', end: 'open' }],
    [
      { delayMs: 60, isJudgedLate: true },
      { text: 'HTTP/1.1 403 Forbidden', end: 'open' },
    ],
  ])('plays %j', async (registration, told) => {
    const runtime = await start(CODE, { registration, freeze: false });
    const { payload } = await runtime.invoke({ waitMs: 150 });
    expect(payload).toMatchObject(told);
  });

  it('that is answered late counts from the first, so that init waits for the poll', async () => {
    const runtime = await start(CODE, { registration: { delayMs: 80 }, initTimeoutMs: 400 });
    expect(runtime.initError?.errorMessage).toBe('Init timed out after 400 ms');
    expect(runtime.calls[0]).toMatchObject({ path: '/2020-01-01/extension/register', status: 200 });
  });
});

describe('Managed Instances', () => {
  it('tell their concurrency, refuse events to internal extensions, and are not frozen', async () => {
    const code = `
      const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension';
      const register = async (events) => {
        const headers = { 'Lambda-Extension-Name': 'inner' };
        const response = await fetch(base + '/register', { method: 'POST', headers, body: JSON.stringify({ events }) });
        return response.status;
      };
      const refused = await register(['INVOKE']);
      let turns = 0;
      setInterval(() => { turns += 1; }, 10);
      export const handler = async () => ({ refused, turns, ...Object.fromEntries(Object.entries(process.env).filter(([name]) => /CONCURRENCY|WORKER|TYPE/.test(name))) });`;
    const runtime = await start(code, { maxConcurrency: 64 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { payload } = await runtime.invoke({});
    expect(payload).toEqual({
      refused: 403,
      turns: expect.any(Number),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
      AWS_LAMBDA_MAX_CONCURRENCY: '64',
      AWS_LAMBDA_NODEJS_WORKER_COUNT: '2',
    });
    expect((payload as { turns: number }).turns).toBeGreaterThan(3);
  });

  it('time an invocation out without ending the process', async () => {
    const code = `export const handler = (event) => new Promise((done) => setTimeout(done, event.ms, process.pid));`;
    const runtime = await start(code, { maxConcurrency: 2 });
    expect(await runtime.invoke({ ms: 200 }, { deadlineMs: 50 })).toMatchObject({ status: 'timeout' });
    expect(await runtime.invoke({ ms: 1 })).toMatchObject({ status: 'success', payload: runtime.pid });
  });
});
