import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fakeContext } from './context.ts';

describe('fakeContext', () => {
  it('has the members of runtime client 4', () => {
    expect(fakeContext()).toEqual({
      functionName: 'local-function',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:local-function',
      memoryLimitInMB: '512',
      awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      logGroupName: '/aws/lambda/local-function',
      logStreamName: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
      identity: undefined,
      clientContext: undefined,
      tenantId: undefined,
      xRayTraceId: '',
      getRemainingTimeInMillis: expect.any(Function),
    });
    for (const name of ['callbackWaitsForEmptyEventLoop', 'done', 'fail', 'succeed']) {
      expect(fakeContext()).not.toHaveProperty(name);
    }
  });

  it('counts down from 3,000 ms, or from what it is given', async () => {
    const usual = fakeContext();
    const short = fakeContext({ remainingMs: 20 });
    expect(usual.getRemainingTimeInMillis()).toBeGreaterThan(2_500);
    expect(usual.getRemainingTimeInMillis()).toBeLessThanOrEqual(3_000);
    await sleep(30);
    expect(usual.getRemainingTimeInMillis()).toBeLessThanOrEqual(2_972);
    expect(short.getRemainingTimeInMillis()).toBeLessThan(0);
  });

  it('takes every member', () => {
    const context = fakeContext({
      functionName: 'orders',
      functionVersion: '7',
      memoryMb: 128,
      requestId: 'r',
      arn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders:live',
      xRayTraceId: 'Root=1-2-3',
      tenantId: 'blue',
      identity: { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
    });
    expect(context).toMatchObject({
      functionName: 'orders',
      functionVersion: '7',
      memoryLimitInMB: '128',
      awsRequestId: 'r',
      invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders:live',
      logGroupName: '/aws/lambda/orders',
      logStreamName: expect.stringContaining('[7]'),
      xRayTraceId: 'Root=1-2-3',
      tenantId: 'blue',
      identity: { cognitoIdentityId: 'i', cognitoIdentityPoolId: 'p' },
    });
  });

  it('has the members of runtime client 3 in callback style', () => {
    const context = fakeContext({ callbackStyle: true, xRayTraceId: 'Root=1-2-3' });
    expect(context.callbackWaitsForEmptyEventLoop).toBe(true);
    expect([context.done(), context.fail('x'), context.succeed('x')]).toEqual([undefined, undefined, undefined]);
    expect(context).not.toHaveProperty('xRayTraceId');
  });
});
