import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';
import { runtimeFixture } from './runtime.fixture.ts';
import { startRuntime } from './start-runtime.ts';

const { start, cleanUp } = runtimeFixture();

afterEach(cleanUp);

describe('an environment', () => {
  it('has the variables of Lambda and none of the shell', async () => {
    process.env.OTEL_SERVICE_NAME = 'leaked';
    const runtime = await start('export const handler = async () => process.env;', { env: { STAGE: 'test' } });
    delete process.env.OTEL_SERVICE_NAME;
    const { payload } = await runtime.invoke({});
    expect(payload).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'local-function',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_RUNTIME_API: runtime.address,
      AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
      AWS_REGION: 'eu-west-1',
      _HANDLER: 'index.handler',
      STAGE: 'test',
    });
    expect(payload).not.toHaveProperty('OTEL_SERVICE_NAME');
    expect(payload).not.toHaveProperty('VITEST');
  });

  it('is replaced after a time-out', async () => {
    const runtime = await start(
      `let calls = 0;
      export const handler = async (event) => {
        calls += 1;
        if (event.hang) await new Promise((done) => setTimeout(done, 60_000));
        return calls;
      };`,
      { timeoutMs: 150 },
    );
    await runtime.invoke({});
    const { pid } = runtime;
    const late = await runtime.invoke({ hang: true });
    expect(late).toMatchObject({ ok: false, status: 'timeout', payload: undefined, latencyMs: undefined, cold: false });
    expect(late.error?.errorType).toBe('Sandbox.Timedout');
    expect(late.error?.errorMessage).toBe(`RequestId: ${late.requestId} Error: Task timed out after 0.15 seconds`);
    expect(late.busyMs).toBeGreaterThanOrEqual(149);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 1, cold: true });
    expect(runtime.pid).not.toBe(pid);
  });

  it('is killed on a time-out even when it never yields', async () => {
    const runtime = await start('export const handler = async () => { for (;;); };');
    expect((await runtime.invoke({}, { deadlineMs: 100 })).status).toBe('timeout');
  });

  it('tells how each process ended', async () => {
    const runtime = await start('export const handler = async ({ code }) => process.exit(code);');
    await runtime.invoke({ code: 3 });
    await runtime.invoke({ code: 0 });
    expect(runtime.exits).toEqual([
      { exitCode: 3, signal: null },
      { exitCode: 0, signal: null },
    ]);
  });

  it.each([
    ['exits', 'process.exit(3)', 'Runtime exited with error: exit status 3'],
    [
      'throws outside the handler',
      "setTimeout(() => { throw new Error('late'); }); await new Promise((done) => setTimeout(done, 5_000))",
      'exit status 1',
    ],
    [
      'rejects unseen',
      "Promise.reject(new Error('unseen')); await new Promise((done) => setTimeout(done, 5_000))",
      'exit status 1',
    ],
    [
      'is killed',
      "process.kill(process.pid, 'SIGKILL'); await new Promise((done) => setTimeout(done, 5_000))",
      'signal: SIGKILL',
    ],
  ])('is replaced after its process %s', async (_, code, message) => {
    const runtime = await start(
      `export const handler = async (event) => { if (event.crash) { ${code}; } return 'fine'; };`,
    );
    const crashed = await runtime.invoke({ crash: true });
    expect(crashed).toMatchObject({ status: 'crash', error: { errorType: 'Runtime.ExitError' } });
    expect(crashed.error?.errorMessage).toContain(`RequestId: ${crashed.requestId} Error: `);
    expect(crashed.error?.errorMessage).toContain(message);
    expect(await runtime.invoke({})).toMatchObject({ payload: 'fine', cold: true });
  });

  it('is gone when a promise never settles and nothing is left to do', async () => {
    const runtime = await start('export const handler = () => new Promise(() => {});');
    const result = await runtime.invoke({});
    expect(result).toMatchObject({ status: 'crash', error: { errorType: 'Runtime.ExitError' } });
    expect(result.error?.errorMessage).toContain('Runtime exited without providing a reason');
  });

  it('is replaced after its process dies between invocations', async () => {
    const runtime = await start('export const handler = async () => 1;');
    const { pid } = runtime;
    runtime.kill('SIGKILL');
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(await runtime.invoke({})).toMatchObject({ status: 'success', cold: true });
  });

  it.each([
    [true, 0, 15],
    [false, 30, 1_000],
  ])('with freezing %s ticks from %i to %i times between invocations', async (freeze, least, most) => {
    const code = `let ticks = 0;
      setInterval(() => { ticks += 1; }, 5);
      export const handler = async () => ticks;`;
    const runtime = await start(code, { freeze });
    const before = (await runtime.invoke({})).payload as number;
    await new Promise((resolve) => setTimeout(resolve, 400));
    const after = (await runtime.invoke({})).payload as number;
    expect(after - before).toBeGreaterThanOrEqual(least);
    expect(after - before).toBeLessThan(most);
  });

  it.runIf(process.platform === 'linux')('is a stopped process while it is frozen', async () => {
    const runtime = await start('export const handler = async () => 1;');
    await expect.poll(() => processState(runtime.pid)).toBe('T');
    await runtime.invoke({});
    await expect.poll(() => processState(runtime.pid)).toBe('T');
  });

  it('waits frozen for the proactive delay', async () => {
    const startedAt = performance.now();
    const runtime = await start('export const handler = async () => 1;', { proactiveDelayMs: 120 });
    expect(performance.now() - startedAt - runtime.initMs).toBeGreaterThanOrEqual(119);
  });

  it('ends at once on shutdown, and serves nothing after it', async () => {
    const runtime = await start(
      "process.on('SIGTERM', () => console.log('term')); export const handler = async () => 1;",
    );
    expect(await runtime.shutdown()).toEqual({ exitCode: null, signal: 'SIGKILL' });
    expect(runtime.stdout).toEqual([]);
    await expect(runtime.invoke({})).rejects.toThrow('The local runtime is shut down; start a new one.');
  });

  it('ends on shutdown in the middle of an invocation', async () => {
    const runtime = await start('export const handler = async () => new Promise((done) => setTimeout(done, 5_000));');
    const pending = runtime.invoke({});
    await expect.poll(() => runtime.calls.length).toBeGreaterThan(0);
    await runtime.shutdown();
    expect((await pending).status).toBe('crash');
  });
});

describe('an init', () => {
  it.each([
    ['throws', "throw new RangeError('no table');", 'error', 'RangeError', 'no table'],
    ['has no handler', 'export const other = 1;', 'error', 'Runtime.HandlerNotFound', 'index.handler is undefined'],
    [
      'has a callback handler',
      'export const handler = (a, b, done) => done();',
      'error',
      'Runtime.CallbackHandlerDeprecated',
      '',
    ],
    ['does not parse', 'export const = 1;', 'error', 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    ['exits', 'process.exit(0);', 'crash', 'Runtime.ExitError', 'exited without providing a reason'],
  ])('that %s is told, and tried again by the next invocation', async (_, code, status, errorType, message) => {
    const runtime = await start(code);
    expect(runtime.initError?.errorType).toBe(errorType);
    const result = await runtime.invoke({});
    expect(result).toMatchObject({ status, cold: true, error: { errorType } });
    expect(result.error?.errorMessage).toContain(message);
  });

  it('that does not end in time is cut off', async () => {
    const runtime = await start('await new Promise((done) => setTimeout(done, 60_000));', { initTimeoutMs: 200 });
    expect(runtime.initError).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Init timed out after 200 ms',
      trace: [],
    });
    expect(runtime.initMs).toBeGreaterThanOrEqual(199);
    expect((await runtime.invoke({})).status).toBe('timeout');
  });

  it('that cannot start at all rejects', async () => {
    const options = {
      handler: 'index.handler',
      taskRoot: join(tmpdir(), 'no-such-folder'),
      client: { kind: 'loop' },
    } as const;
    await expect(startRuntime(options)).rejects.toThrow('check that nodePath and taskRoot exist');
    const noNode = { ...options, nodePath: join(tmpdir(), 'no-such-node') };
    await expect(startRuntime(noNode)).rejects.toThrow('no-such-node --version: check nodePath.');
  });

  it.each(['index.cjs', 'index.js'])('loads a CommonJS handler from %s', async (file) => {
    const runtime = await start("exports.handler = async () => 'common';", {}, file);
    expect((await runtime.invoke({})).payload).toBe('common');
  });
});

function processState(pid: number): string | undefined {
  return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
