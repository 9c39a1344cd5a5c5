import { afterEach, describe, expect, it } from 'vitest';

import { runtimeFixture } from './runtime.fixture.ts';

const { start, cleanUp } = runtimeFixture();

afterEach(cleanUp);

describe('an invocation', () => {
  it('succeeds with the value of the handler, and is cold the first time', async () => {
    const runtime = await start(`export const handler = async (event) => {
      console.log('got', event.name);
      return { hello: event.name };
    };`);
    const first = await runtime.invoke({ name: 'a' });
    const second = await runtime.invoke({ name: 'b' });
    expect(first).toEqual({
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ok: true,
      status: 'success',
      payload: { hello: 'a' },
      latencyMs: expect.any(Number),
      busyMs: expect.any(Number),
      logs: ['got a'],
      cold: true,
    });
    expect(second).toMatchObject({ payload: { hello: 'b' }, logs: ['got b'], cold: false });
    expect(first.busyMs).toBeGreaterThanOrEqual(first.latencyMs ?? Infinity);
    expect(runtime.stdout).toEqual(['got a', 'got b']);
    expect(runtime.initError).toBeUndefined();
  });

  it('fails with the error of the handler', async () => {
    const runtime = await start(`export const handler = async () => { throw new TypeError('boom'); };`);
    const result = await runtime.invoke({});
    expect(result).toMatchObject({
      ok: false,
      status: 'error',
      error: { errorType: 'TypeError', errorMessage: 'boom' },
    });
    expect(result.error?.trace[0]).toBe('TypeError: boom');
    expect((await runtime.invoke({})).cold).toBe(false);
  });

  it('fails when the result cannot be serialised', async () => {
    const runtime = await start('export const handler = async () => 1n;');
    expect((await runtime.invoke({})).error?.errorType).toBe('Runtime.JSONStringifyError');
  });

  it('is given a context like that of runtime client 4', async () => {
    const runtime = await start(
      `export const handler = async (_, context) => ({
        ...context,
        remaining: context.getRemainingTimeInMillis(),
        env: process.env._X_AMZN_TRACE_ID ?? null,
      });`,
      { functionName: 'orders', version: '7', memoryMb: 256, timeoutMs: 2_000 },
    );
    const given = { clientContext: { custom: { a: 'ž' } }, tenantId: 'blue', traceHeader: 'Root=1-2-3' };
    const { payload, requestId } = await runtime.invoke({}, given);
    expect(payload).toEqual({
      clientContext: { custom: { a: 'ž' } },
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders',
      awsRequestId: requestId,
      tenantId: 'blue',
      xRayTraceId: 'Root=1-2-3',
      functionName: 'orders',
      functionVersion: '7',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/orders',
      logStreamName: expect.stringContaining('[7]'),
      remaining: expect.any(Number),
      env: 'Root=1-2-3',
    });
    const { remaining } = payload as { remaining: number };
    expect(remaining).toBeGreaterThan(1_000);
    expect(remaining).toBeLessThanOrEqual(2_000);
    const passive = await runtime.invoke({});
    expect(passive.payload).toMatchObject({
      env: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=.*;Sampled=0;/),
    });
    const without = await runtime.invoke({}, { traceHeader: '' });
    expect(without.payload).toMatchObject({ xRayTraceId: '', env: null });
  });

  it('rejects what cannot be sent and keeps the environment', async () => {
    const runtime = await start('export const handler = async () => 1;');
    const circular: { self?: unknown } = {};
    circular.self = circular;
    await expect(runtime.invoke(circular)).rejects.toThrow(TypeError);
    await expect(runtime.invoke({}, { traceHeader: 'a\nb' })).rejects.toThrow(TypeError);
    expect(await runtime.invoke({})).toMatchObject({ payload: 1, cold: true });
  });

  it('waits for the one before it', async () => {
    const runtime = await start(`let running = 0;
      export const handler = async () => {
        running += 1;
        await new Promise((done) => setTimeout(done, 20));
        return running--;
      };`);
    const results = await Promise.all([runtime.invoke({}), runtime.invoke({}), runtime.invoke({})]);
    expect(results.map((result) => result.payload)).toEqual([1, 1, 1]);
  });
});

describe('a streamed response', () => {
  it('is collected with its size', async () => {
    const runtime = await start(`export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.setContentType('text/plain');
      stream.write('one ');
      stream.write('two');
      stream.end();
    });`);
    expect(await runtime.invoke({})).toMatchObject({ status: 'success', payload: 'one two', streamedBytes: 7 });
  });

  it('starts with the prelude of an HTTP response', async () => {
    const runtime = await start(`export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const http = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
      http.write('body');
      http.end();
    });`);
    expect((await runtime.invoke({})).payload).toBe('{"statusCode":201}\0\0\0\0\0\0\0\0body');
  });

  it('that fails in the middle keeps what was sent and tells the error', async () => {
    const runtime = await start(`export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('half');
      throw new TypeError('cut');
    });`);
    expect(await runtime.invoke({})).toMatchObject({
      status: 'error',
      payload: 'half',
      streamedBytes: 4,
      error: { errorType: 'TypeError', errorMessage: 'cut' },
    });
  });

  it('that is not ended runs into the time-out', async () => {
    const runtime = await start(`export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('half');
    });`);
    expect((await runtime.invoke({}, { deadlineMs: 150 })).status).toBe('timeout');
  });
});
