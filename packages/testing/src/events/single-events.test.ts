import { createLambda, idlePipeline } from '@tracelet/core';
import { describe, expect, it } from 'vitest';
import { harness } from '../harness.ts';
import { events } from './index.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const NOW_MS = 1_795_237_200_500;

const { run } = harness();
const lambda = createLambda({ pipeline: () => idlePipeline(), settings: {}, above: () => [] });
const handler = lambda(async (event: unknown) => event);

async function spanOf(event: unknown, context?: Parameters<typeof run>[2]): Promise<readonly unknown[]> {
  const { spans } = await run(handler, event, context);
  const [span] = spans.spans;
  return [span?.attributes['tracelet.trigger'], span?.parentSpanId];
}

describe.each([
  ['eventBridge', () => events.eventBridge({ nowMs: NOW_MS })],
  ['schedule', () => events.schedule({ nowMs: NOW_MS })],
  ['cognito', () => events.cognito()],
  ['invoke', () => events.invoke({ id: 1 }).event],
])('events.%s', (_, build) => {
  it('gives the same event every time, as a fresh object that survives JSON', () => {
    const first = build();
    expect(build()).toEqual(first);
    expect(build()).not.toBe(first);
    expect(JSON.parse(JSON.stringify(first))).toEqual(first);
  });
});

describe('events.eventBridge', () => {
  it('is an event of a bus, a second old, with nothing in it', () => {
    expect(events.eventBridge({ nowMs: NOW_MS })).toEqual({
      version: '0',
      id: '6f1c1b6a-0d5e-4f3b-9a27-3c8f5e2d7b10',
      'detail-type': 'order placed',
      source: 'com.example.shop',
      account: '123456789012',
      time: '2026-11-21T04:59:59Z',
      region: 'eu-west-1',
      resources: [],
      detail: {},
    });
  });

  it('takes source, type, resources, detail and trace context', async () => {
    const arn = 'arn:aws:s3:::orders';
    const detail = { bucket: { name: 'orders' } };
    const event = events.eventBridge({
      source: 'aws.s3',
      detailType: 'Object Created',
      resources: [arn],
      detail,
      traceparent: TRACEPARENT,
    });
    expect(event).toMatchObject({
      source: 'aws.s3',
      'detail-type': 'Object Created',
      resources: [arn],
      detail: { ...detail, traceparent: TRACEPARENT },
    });
    expect(await spanOf(event)).toEqual(['eventbridge', 'b7ad6b7169203331']);
  });
});

describe('events.schedule', () => {
  it('is the event of a rule, or of EventBridge Scheduler', async () => {
    const rule = events.schedule({ name: 'clean-up' });
    expect(rule).toMatchObject({
      source: 'aws.events',
      resources: ['arn:aws:events:eu-west-1:123456789012:rule/clean-up'],
    });
    expect(await spanOf(rule)).toEqual(['eventbridge-schedule', undefined]);
    const scheduled = events.schedule({ scheduler: true, ageMs: 60_000, nowMs: NOW_MS });
    expect(scheduled).toMatchObject({
      source: 'aws.scheduler',
      time: '2026-11-21T04:59:00Z',
      resources: ['arn:aws:scheduler:eu-west-1:123456789012:schedule/default/nightly'],
      detail: '{}',
    });
    expect(await spanOf(scheduled)).toEqual(['eventbridge-scheduler', undefined]);
  });
});

describe('events.cognito', () => {
  it('is a sign-up without metadata', () => {
    expect(events.cognito()).toMatchObject({
      region: 'eu-west-1',
      userPoolId: 'eu-west-1_Example01',
      triggerSource: 'PreSignUp_SignUp',
      request: { userAttributes: { email: 'ada@example.com' } },
      response: {},
    });
    expect(events.cognito().request).not.toHaveProperty('clientMetadata');
  });

  it('takes trigger, pool, user, metadata, trace context and what is the own of its trigger', async () => {
    const event = events.cognito({
      triggerSource: 'CustomMessage_ForgotPassword',
      userPoolId: 'us-east-1_Other',
      userName: 'eve',
      userAttributes: { locale: 'de' },
      clientMetadata: { device: 'phone' },
      traceparent: TRACEPARENT,
      request: { codeParameter: '####' },
      response: { smsMessage: null },
    });
    expect(event).toMatchObject({
      region: 'us-east-1',
      userName: 'eve',
      request: {
        userAttributes: { email: 'ada@example.com', locale: 'de' },
        clientMetadata: { device: 'phone', traceparent: TRACEPARENT },
        codeParameter: '####',
      },
      response: { smsMessage: null },
    });
    expect(await spanOf(event)).toEqual(['cognito', 'b7ad6b7169203331']);
  });
});

describe('events.invoke', () => {
  it('gives the payload as it is, and a context with the client context of the caller', async () => {
    const payload = { id: 1 };
    const { event, context } = events.invoke(payload, {
      traceparent: TRACEPARENT,
      custom: { a: 1 },
      functionName: 'f',
    });
    expect(event).toBe(payload);
    expect(context).toMatchObject({ functionName: 'f', clientContext: { custom: { traceparent: TRACEPARENT, a: 1 } } });
    expect(await spanOf(event, { context })).toEqual(['unknown', 'b7ad6b7169203331']);
  });

  it('has no client context where there is nothing to say', () => {
    expect(events.invoke({}).context.clientContext).toBeUndefined();
  });
});
