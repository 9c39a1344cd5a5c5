import {
  createContextKey,
  context as otelContext,
  propagation,
  type Span,
  SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { idlePipeline } from './pipeline.ts';
import type { Plugin, PluginHost } from './plugin.ts';
import { isSuppressed, makeHost } from './plugin-host.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import type { Outcome } from './trigger.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');
const fail = (): never => {
  throw boom;
};

beforeEach(() => {
  shared().troubles.clear();
  shared().plugins.clear();
});

const say = (name: string) => ({
  level: 'WARN',
  message: `tracelet: The plugin ${name} failed with TypeError: boom`,
  code: `plugin_failed:${name}`,
  remedy: 'The invocation went on without it; mend or remove it.',
});

describe('hooks', () => {
  it("are called in order, the function's own first, and finished in reverse with the outcome", async () => {
    const calls: unknown[] = [];
    const note = (name: string): Plugin => ({
      name,
      invocation: (span, { event, context, trigger, coldStart }) => {
        calls.push([name, span.isRecording(), event, context.functionName, trigger, coldStart]);
        return (outcome) => void calls.push([name, outcome]);
      },
    });
    const { lambda } = recorder({ parts: { plugins: [note('process')] }, settings: { plugins: [note('shared')] } });
    await settled(lambda.with({ plugins: [note('own')] })(() => Promise.reject(boom))('e', fakeContext()));
    const outcome: Outcome = { fault: true, errorType: 'TypeError', message: 'boom', error: boom };
    expect(calls).toEqual([
      ['own', true, 'e', 'shop', 'unknown', true],
      ['shared', true, 'e', 'shop', 'unknown', true],
      ['process', true, 'e', 'shop', 'unknown', true],
      ['process', outcome],
      ['shared', outcome],
      ['own', outcome],
    ]);
  });

  it('of records are called for each record, with its span', async () => {
    const calls: unknown[] = [];
    const plugin: Plugin = {
      name: 'p',
      record: (span, { record, trigger, coldStart }) => {
        span.setAttribute('seen', true);
        return ({ fault }) => void calls.push([(record as { messageId: string }).messageId, trigger, coldStart, fault]);
      },
    };
    const { lambda, spans } = recorder({ settings: { plugins: [plugin] } });
    await lambda.sqs({ failures: 'report', concurrency: 1 }, ({ messageId }) =>
      messageId === 'm2' ? fail() : undefined,
    )(sqsEvent, fakeContext());
    expect(calls).toEqual([
      ['m1', 'sqs', true, false],
      ['m2', 'sqs', true, true],
    ]);
    expect(spans().map(({ attributes }) => attributes.seen)).toEqual([true, true, undefined, undefined]);
  });

  const rejecting = (() => Promise.reject(boom)) as never;
  it.each<[string, Partial<Plugin>]>([
    ['setup', { setup: fail }],
    ['an async setup', { setup: rejecting }],
    ['invocation', { invocation: fail }],
    ['an async invocation', { invocation: rejecting }],
    ['the finisher of invocation', { invocation: () => fail }],
    ['the async finisher of invocation', { invocation: () => rejecting }],
    ['record', { record: fail }],
    ['the finisher of record', { record: () => fail }],
    ['everything', { setup: fail, invocation: fail, record: fail }],
  ])('change nothing when %s fails, and it is said once', async (_point, parts) => {
    const seen: string[] = [];
    const good: Plugin = { name: 'good', invocation: () => () => void seen.push('finished') };
    const bad: Plugin = { name: 'bad', ...parts };
    const host = {} as PluginHost;
    const { lambda, tree } = recorder({ parts: { host }, settings: { plugins: [bad, good] } });
    const lines = await printed(async () => {
      const handler = lambda.sqs({ failures: 'report' }, ({ messageId }) => (messageId === 'm2' ? fail() : undefined));
      expect(await handler(sqsEvent, fakeContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
      await new Promise((resolve) => setImmediate(resolve));
    });
    expect(lines).toEqual([say('bad')]);
    expect(seen).toEqual(['finished']);
    expect(tree()).toHaveLength(4);
  });
});

describe('setup', () => {
  it('is called once per process, and only where there is a host', () => {
    const hosts: unknown[] = [];
    const plugin: Plugin = { name: 'p', setup: (host) => void hosts.push(host) };
    recorder({ settings: { plugins: [plugin] } }).lambda(async () => {});
    const host = makeHost(idlePipeline().tracer);
    const { lambda } = recorder({ parts: { host }, settings: { plugins: [plugin, { ...plugin }, { name: 'bare' }] } });
    lambda(async () => {});
    lambda.sqs(() => {});
    expect(hosts).toEqual([host]);
  });
});

describe('the host', () => {
  it('starts a child of the active span, and gives its headers', async () => {
    const { lambda, pipeline, tree, attributes, spans } = recorder();
    const host = makeHost(pipeline.tracer);
    const headers: unknown[] = [];
    await lambda(async () => {
      const started = host.start({ name: 'GET', kind: SpanKind.CLIENT, attributes: { a: 1 } });
      const plain = otelContext.with(started?.context ?? otelContext.active(), () => host.start({ name: 'plain' }));
      if (started === undefined || plain === undefined) return;
      headers.push(host.inject(started));
      plain.span.end();
      started.span.end();
    })('e', fakeContext());
    expect([host.version, tree()]).toEqual([1, ['shop SERVER', '  GET CLIENT', '    plain INTERNAL']]);
    expect(attributes('GET')).toEqual({ a: 1 });
    const { traceId, spanId } =
      spans()
        .find(({ name }) => name === 'GET')
        ?.spanContext() ?? expect.fail();
    expect(headers).toEqual([{ traceparent: `00-${traceId}-${spanId}-01` }]);
  });

  it('starts nothing while an exporter is at work', () => {
    const { pipeline, spans } = recorder();
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const suppressed = otelContext.active().setValue(key, true);
    expect([isSuppressed(suppressed), isSuppressed(otelContext.active())]).toEqual([true, false]);
    expect(otelContext.with(suppressed, () => makeHost(pipeline.tracer).start({ name: 'x' }))).toBeUndefined();
    expect(spans()).toEqual([]);
  });

  it('survives a provider and a propagator that throw', async () => {
    const spy = vi.spyOn(propagation, 'inject').mockImplementation(fail);
    const host = makeHost({ startSpan: fail } as unknown as Tracer);
    const lines = await printed(() => {
      const started = host.start({ name: 'x' });
      expect(started?.span.isRecording()).toBe(false);
      expect(host.inject(started ?? expect.fail())).toEqual({});
    });
    spy.mockRestore();
    expect(lines).toMatchObject([{ code: 'span_failed' }, { code: 'inject_failed' }]);
  });

  it('says a trouble once', async () => {
    const { say: report } = makeHost(idlePipeline().tracer);
    const lines = await printed(() => {
      for (const _ of [1, 2]) report('mine', 'what', 'remedy');
    });
    expect(lines).toEqual([{ level: 'WARN', message: 'tracelet: what', code: 'mine', remedy: 'remedy' }]);
  });
});

it('lets a plugin add attributes and spans of its own', async () => {
  let own: Span | undefined;
  const plugin: Plugin = {
    name: 'p',
    invocation: (span) => {
      span.setAttribute('added', 1);
      own = span;
      return () => span.setAttribute('finished', 2);
    },
  };
  const { lambda, attributes } = recorder({ settings: { plugins: [plugin] } });
  await lambda(async () => {})('e', fakeContext());
  expect(own?.isRecording()).toBe(false);
  expect(attributes('shop')).toMatchObject({ added: 1, finished: 2 });
});
