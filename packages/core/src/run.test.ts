import type { Span, Tracer } from '@opentelemetry/api';
import { AlwaysOnSampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pipeline } from './pipeline.ts';
import { scope } from './scope.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { callbackContext, fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { defineTrigger } from './trigger.ts';
import { sqsRecord } from './triggers/batch.fixture.ts';
import { httpEvent } from './triggers/http.fixture.ts';

const boom = new TypeError('boom');
const fail = (): never => {
  throw boom;
};

/** An object whose every member throws. */
const hostile = (): object => new Proxy({}, { get: fail, has: fail, ownKeys: fail, getOwnPropertyDescriptor: fail });

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

beforeEach(() => shared().troubles.clear());

const trouble = (code: string, message: string) => ({
  level: 'WARN',
  message: `tracelet: ${message}`,
  code,
  remedy: 'The invocation went on without it; mend or remove it.',
});

it.each([
  ['null', null],
  ['undefined', undefined],
  ['a string', 'event'],
  ['a number', 7],
  ['an array', [1]],
  ['an empty object', {}],
  ['an object without prototype', Object.create(null)],
  ['records that are none', { Records: 'many' }],
  ['records of null', { Records: [null] }],
  ['an object that throws', hostile()],
  ['a revoked Proxy', revoked()],
])('runs the handler with %s as event, silently', async (_what, event) => {
  const { lambda, tree, attributes } = recorder();
  let given: unknown;
  const handler = lambda(async (received: unknown) => {
    given = received;
    return 'done';
  });
  expect(await printed(async () => expect(await handler(event, fakeContext())).toBe('done'))).toEqual([]);
  expect(given === event).toBe(true);
  expect(tree()).toEqual(['shop SERVER']);
  expect(attributes('shop')).toMatchObject({ 'faas.trigger': 'other' });
});

it.each([
  ['undefined', undefined],
  ['null', null],
  ['a string', 'context'],
  ['an empty object', {}],
  [
    'members of the wrong type',
    { awsRequestId: 7, invokedFunctionArn: [], functionName: '', getRemainingTimeInMillis: 3 },
  ],
  ['a remaining time that is none', { getRemainingTimeInMillis: () => NaN }],
])('runs the handler with %s as context, silently', async (_what, context) => {
  const { lambda, spans } = recorder();
  const handler = lambda(async (_event: unknown, received: unknown) => received);
  expect(await printed(async () => expect(await invoke(handler, 'e', context)).toBe(context))).toEqual([]);
  expect(spans().map(({ name, attributes }) => [name, attributes])).toEqual([
    [
      'lambda',
      {
        'faas.coldstart': true,
        'faas.trigger': 'other',
        'tracelet.trigger': 'unknown',
        'tracelet.initialization_type': 'on-demand',
      },
    ],
  ]);
});

it.each([
  ['an object that throws', hostile()],
  ['a revoked Proxy', revoked()],
])('runs the handler with %s as context, and says so once', async (_what, context) => {
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'named-by-environment';
  const { lambda, tree } = recorder();
  const handler = lambda(async (_event: unknown, received: unknown) => received === context);
  const lines = await printed(async () => {
    expect(await invoke(handler, 'e', context)).toBe(true);
    expect(await invoke(handler, 'e', context)).toBe(true);
  });
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
  expect(lines).toMatchObject([{ code: 'xray_unreadable' }, { code: 'context_unreadable' }]);
  expect(tree()).toEqual(['named-by-environment SERVER', 'named-by-environment SERVER']);
});

it('names the version that ran in cloud.resource_id, whatever alias was invoked', async () => {
  const { lambda, spans } = recorder();
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:shop:live';
  const handler = lambda(async () => {});
  process.env.AWS_LAMBDA_FUNCTION_VERSION = '8';
  await invoke(handler, 'e', fakeContext({ invokedFunctionArn: arn }));
  await invoke(handler, 'e', fakeContext({ invokedFunctionArn: arn, functionVersion: undefined }));
  delete process.env.AWS_LAMBDA_FUNCTION_VERSION;
  await invoke(handler, 'e', fakeContext({ invokedFunctionArn: arn, functionVersion: undefined }));
  await invoke(handler, 'e', fakeContext({ invokedFunctionArn: 'shop' }));
  expect(
    spans().map(({ attributes: of }) => [
      of['cloud.resource_id'],
      of['cloud.account.id'],
      of['aws.lambda.invoked_arn'],
    ]),
  ).toEqual([
    ['arn:aws:lambda:eu-central-1:123456789012:function:shop:7', '123456789012', arn],
    ['arn:aws:lambda:eu-central-1:123456789012:function:shop:8', '123456789012', arn],
    ['arn:aws:lambda:eu-central-1:123456789012:function:shop:live', '123456789012', arn],
    ['shop', undefined, 'shop'],
  ]);
});

describe('a flusher that fails', () => {
  it.each([
    ['rejects', () => Promise.reject(boom)],
    ['throws', fail],
    ['rejects with nothing', () => Promise.reject(undefined)],
  ])('changes neither result nor error when it %s', async (_how, flush) => {
    const { lambda, tree } = recorder({ parts: { flusher: { flush } as Pipeline['flusher'] } });
    const result = {};
    const error = new Error('mine');
    const lines = await printed(async () => {
      expect(
        await settled(
          invoke(
            lambda(async () => result),
            'e',
            fakeContext(),
          ),
        ),
      ).toEqual({ value: result });
      expect(
        await settled(
          invoke(
            lambda(() => result),
            'e',
            fakeContext(),
          ),
        ),
      ).toEqual({ value: result });
      expect(
        invoke(
          lambda(() => result),
          'e',
          callbackContext(),
        ),
      ).toBe(result);
      const rejecting = lambda(async () => Promise.reject(error));
      expect(await settled(invoke(rejecting, 'e', fakeContext()))).toEqual({ error });
      const throwing = lambda(() => {
        throw error;
      });
      expect(await settled(invoke(throwing, 'e', fakeContext()))).toEqual({ error });
      expect(() => invoke(throwing, 'e', callbackContext())).toThrow(error);
    });
    expect(lines).toMatchObject([{ code: 'flush_failed' }]);
    expect(tree()).toHaveLength(6);
  });
});

describe('a provider that fails', () => {
  const started = trouble('span_failed', 'Starting a span failed with TypeError: boom');

  it('leaves the handler alone when no span can be started', async () => {
    const tracer = { startSpan: fail, startActiveSpan: fail } as unknown as Tracer;
    const { lambda } = recorder({ parts: { tracer } });
    const handler = lambda(async () => scope()?.span('inner', () => 'done'));
    const lines = await printed(async () => expect(await handler('e', fakeContext())).toBe('done'));
    expect(lines).toEqual([started]);
  });

  it('starts a span without its attributes where one of them cannot be read', async () => {
    const { lambda, spans, tree } = recorder({ settings: { attributes: { mine: [hostile()] as never } } });
    const lines = await printed(async () => expect(await lambda(async () => 'done')('e', fakeContext())).toBe('done'));
    expect(lines).toEqual([started]);
    expect(tree()).toEqual(['shop SERVER']);
    expect(spans()[0]?.attributes).toEqual({});
  });

  it.each(['setAttribute', 'setAttributes', 'setStatus', 'addEvent', 'end'] as const)(
    'leaves the error alone and ends what it can when %s throws',
    async (method) => {
      const processor: SpanProcessor = {
        onStart: (span) => Object.assign(span, { [method]: fail }),
        onEnd: () => {},
        forceFlush: async () => {},
        shutdown: async () => {},
      };
      const { lambda, tree } = recorder({ processors: [processor], sampler: new AlwaysOnSampler() });
      const handler = lambda.sqs(async () => fail());
      const lines = await printed(async () => {
        const { error } = (await settled(handler({ Records: [sqsRecord('m1')] }, fakeContext()))) as {
          error: unknown;
        };
        expect(error).toMatchObject({ code: 'batch_failed', cause: boom });
      });
      expect(lines).toMatchObject([{ code: 'span_failed' }]);
      const names = tree().map((line) => line.split(/ [A-Z]/)[0]);
      expect(names).toEqual(method === 'end' ? [] : ['shop', '  process orders', '    process orders']);
    },
  );
});

describe('a trigger of the function that fails', () => {
  const event = { kind: 'mine' };
  const run = async (parts: object) => {
    const mine = defineTrigger({
      id: 'mine',
      kind: 'timer',
      matches: () => true,
      plan: () => ({ attributes: {} }),
      ...parts,
    });
    const { lambda, tree } = recorder({ settings: { triggers: [mine] } });
    const handler = lambda(async () => 'done');
    const lines = await printed(async () => expect(await handler(event, fakeContext())).toBe('done'));
    return { lines, tree: tree() };
  };
  const say = (code: string, where: string) => [trouble(code, `${where} failed with TypeError: boom`)];

  it.each([
    ['matches', { matches: fail }, []],
    ['plan', { plan: fail }, say('plan_failed', 'The trigger mine')],
    ['plan gives nothing', { plan: () => undefined }, []],
    ['carrier', { carrier: fail }, say('carrier_failed', 'The trigger mine')],
    ['carrier gives null', { carrier: () => null }, []],
    ['judge', { judge: fail }, say('judge_failed', 'The trigger mine')],
    ['judge gives nothing', { judge: () => undefined }, []],
  ])('goes on without what it would have given: %s', async (_member, parts, lines) => {
    expect(await run(parts)).toEqual({ lines, tree: ['shop SERVER'] });
  });

  it('may judge a result a fault without naming its type', async () => {
    const { tree } = await run({ judge: () => ({ fault: true, message: 'odd', attributes: { 'app.code': 7 } }) });
    expect(tree).toEqual(['shop SERVER ERROR(odd)']);
  });

  it('is told by its id alone when it has no more than matches', async () => {
    const seen: unknown[] = [];
    const plugin = { name: 'p', invocation: (_span: Span, info: { trigger: string }) => void seen.push(info.trigger) };
    const { lambda } = recorder({ settings: { triggers: [{ id: 'bare', matches: () => true }], plugins: [plugin] } });
    await lambda(async () => {})(httpEvent, fakeContext());
    await lambda(async () => {})(null, fakeContext());
    expect(seen).toEqual(['bare', 'unknown']);
  });
});

it('runs the handler in a scope even when the pipeline cannot be had', async () => {
  const { lambda, spans } = recorder();
  const handler = lambda(async () => scope()?.context);
  const context = fakeContext();
  shared().override = fail;
  const lines = await printed(async () => expect(await handler('e', context)).toBe(context));
  shared().override = undefined;
  expect(lines).toEqual([trouble('begin_failed', 'Starting the invocation failed with TypeError: boom')]);
  expect(spans()).toEqual([]);
});

it('lets the pipeline of a test harness stand in front', async () => {
  const process = recorder();
  const harness = recorder();
  const handler = process.lambda(async () => scope()?.span('inner', () => 'done'));
  shared().override = () => harness.pipeline;
  expect(await handler('e', fakeContext())).toBe('done');
  shared().override = undefined;
  expect([process.tree(), harness.tree()]).toEqual([[], ['shop SERVER', '  inner INTERNAL']]);
});
