import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Plugin } from './plugin.ts';
import { disposePlugins, makeHost, setUpPlugins } from './plugin-host.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';

beforeEach(() => {
  shared().troubles.clear();
  shared().plugins.clear();
});

describe('the downstream hook', () => {
  it('sees each call to another service and how it ended, once', async () => {
    const seen: unknown[] = [];
    const plugin: Plugin = {
      name: 'p',
      downstream(span, { name, kind, attributes, trigger }) {
        span.setAttribute('seen', name);
        seen.push([name, kind, attributes, trigger]);
        return (outcome) => void seen.push([name, outcome, span.isRecording()]);
      },
    };
    const { lambda, pipeline, attributes } = recorder({ settings: { plugins: [plugin, { name: 'no hooks' }] } });
    const host = makeHost(pipeline.tracer);
    await lambda(async () => {
      const get = host.start({ name: 'GET', kind: SpanKind.CLIENT, attributes: { a: 1 } })?.span;
      const send = host.start({ name: 'send', kind: SpanKind.PRODUCER })?.span;
      host.start({ name: 'price' })?.span.end();
      const unnamed = host.start({ name: 'HEAD', kind: SpanKind.CLIENT })?.span;
      send?.setAttribute('error.type', 'ECONNREFUSED').setStatus({ code: SpanStatusCode.ERROR, message: 'refused' });
      unnamed?.setStatus({ code: SpanStatusCode.ERROR });
      for (const span of [get, send, unnamed, unnamed]) span?.end();
    })('e', fakeContext());
    expect(seen).toEqual([
      ['GET', SpanKind.CLIENT, { a: 1 }, 'unknown'],
      ['send', SpanKind.PRODUCER, {}, 'unknown'],
      ['HEAD', SpanKind.CLIENT, {}, 'unknown'],
      ['GET', { fault: false }, true],
      ['send', { fault: true, errorType: 'ECONNREFUSED', message: 'refused' }, true],
      ['HEAD', { fault: true, errorType: '_OTHER', message: undefined }, true],
    ]);
    expect(attributes('GET')).toEqual({ a: 1, seen: 'GET' });
  });

  it('is not called for calls that hooks make, nor outside an invocation', async () => {
    let calls = 0;
    const { lambda, pipeline, tree } = recorder({
      settings: {
        plugins: [
          {
            name: 'p',
            downstream() {
              calls += 1;
              host.start({ name: 'own', kind: SpanKind.CLIENT })?.span.end();
            },
          },
        ],
      },
    });
    const host = makeHost(pipeline.tracer);
    const call = (): void => host.start({ name: 'GET', kind: SpanKind.CLIENT })?.span.end();
    call();
    await lambda(async () => call())('e', fakeContext());
    expect([calls, tree()]).toEqual([1, ['GET CLIENT', 'shop SERVER', '  GET CLIENT', '  own CLIENT']]);
  });

  it('changes nothing when it fails', async () => {
    const fail = (): never => {
      throw new TypeError('boom');
    };
    const plugins = [
      { name: 'bad', downstream: fail },
      { name: 'late', downstream: () => fail },
    ];
    const { lambda, pipeline, tree } = recorder({ settings: { plugins } });
    const host = makeHost(pipeline.tracer);
    const lines = await printed(() =>
      lambda(async () => host.start({ name: 'GET', kind: SpanKind.CLIENT })?.span.end())('e', fakeContext()),
    );
    expect(lines).toMatchObject([{ code: 'plugin_failed:bad' }, { code: 'plugin_failed:late' }]);
    expect(tree()).toEqual(['shop SERVER', '  GET CLIENT']);
  });
});

it('undoes every set-up, last first, and allows another', async () => {
  const calls: string[] = [];
  const plugins: Plugin[] = ['a', 'b', 'c'].map((name) => ({
    name,
    setup() {
      calls.push(`set up ${name}`);
      if (name === 'c') return;
      return () => {
        calls.push(`dispose ${name}`);
        if (name === 'b') throw new TypeError('boom');
      };
    },
  }));
  const host = makeHost(recorder().pipeline.tracer);
  const lines = await printed(() => {
    setUpPlugins(plugins, host);
    disposePlugins();
    disposePlugins();
    setUpPlugins(plugins.slice(0, 1), host);
  });
  expect(calls).toEqual(['set up a', 'set up b', 'set up c', 'dispose b', 'dispose a', 'set up a']);
  expect(lines).toMatchObject([{ code: 'plugin_failed:b' }]);
});
