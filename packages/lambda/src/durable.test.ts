import {
  type DurableContext,
  type DurableInstrumentationPluginProvider,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { idlePipeline, shared } from '@tracelet/core';
import { type OtlpSpan, startSdk } from '@tracelet/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { durableExecutionPluginProvider, durableTracing } from './durable.ts';
import { lambda } from './index.ts';

const sent: OtlpSpan[] = [];

beforeAll(async () => {
  await LocalDurableTestRunner.setupTestEnvironment({ skipTime: true });
  const exporter = {
    export(spans: never[], done: (result: { code: number }) => void): void {
      sent.push(...spans);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  shared().pipeline = idlePipeline(startSdk({ TRACELET_DEADLINE_MARGIN: '0' }, { exporter }));
});
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());
beforeEach(() => {
  sent.length = 0;
});

/** Runs a durable function to its end, in as many invocations as it takes. */
async function play(body: (input: { n: number }, context: DurableContext) => Promise<unknown>, payload: object) {
  const handler = lambda(withDurableExecution(body, { plugins: [durableTracing()] }));
  const runner = new LocalDurableTestRunner({ handlerFunction: handler as never });
  return runner.run({ payload });
}

function invocations(): readonly OtlpSpan[] {
  return sent.filter(({ kind }) => kind === 1);
}

describe('durableTracing', () => {
  it('gives every invocation a span, and every step that runs, but none that is replayed', async () => {
    const bodies: number[] = [];
    const result = await play(
      async ({ n }, context) => {
        bodies.push(n);
        const doubled = await context.step('double', async () => n * 2);
        await context.wait({ seconds: 60 });
        return context.step('add one', async () => doubled + 1);
      },
      { n: 20 },
    );
    expect([result.getStatus(), result.getResult()]).toEqual(['SUCCEEDED', 41]);
    expect(bodies).toHaveLength(2);
    const names = sent.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('step '))).toEqual(['step double', 'step add one']);
    expect(
      invocations().map(({ attributes, status }) => [
        attributes['tracelet.durable.status'],
        attributes['tracelet.durable.replay'],
        status.code,
      ]),
    ).toEqual([
      ['PENDING', false, 0],
      ['SUCCEEDED', true, 0],
    ]);
  });

  it('links every invocation to the span of the execution, which the last one sends', async () => {
    await play(async (_, context) => {
      await context.step('work', async () => 1);
      await context.wait({ seconds: 60 });
      return context.step('more work', async () => 2);
    }, {});
    const execution = sent.find(({ name }) => name.startsWith('execution'));
    const linked = invocations().map(({ links }) => links.map(({ context: { spanId, traceId } }) => [traceId, spanId]));
    const { spanId, traceId } = execution?.spanContext() ?? {};
    expect(linked).toEqual(linked.map(() => [[traceId, spanId]]));
    // Without a caller, each invocation is a trace of its own.
    expect(new Set(invocations().map((span) => span.spanContext().traceId))).not.toContain(traceId);
    expect(execution).toMatchObject({
      parentSpanContext: undefined,
      attributes: { 'tracelet.durable.status': 'SUCCEEDED' },
    });
  });

  it('keeps everything in the trace of the caller that the input names', async () => {
    const traceparent = '00-5b8aa5a2d2c872e8321cf37308d69df2-051581bf3cb55c13-01';
    await play(
      async (_, context) => {
        await context.step('work', async () => 1);
        await context.wait({ seconds: 60 });
      },
      { traceparent },
    );
    expect(new Set(sent.map((span) => span.spanContext().traceId))).toEqual(
      new Set(['5b8aa5a2d2c872e8321cf37308d69df2']),
    );
    expect(sent.find(({ name }) => name.startsWith('execution'))?.parentSpanContext?.spanId).toBe('051581bf3cb55c13');
  });

  it('marks a failed attempt and a failed execution, and retries as attempts of their own', async () => {
    let runs = 0;
    const result = await play(async (_, context) => {
      await context.step(
        'charge',
        async () => {
          runs += 1;
          throw new TypeError('declined');
        },
        { retryStrategy: (_error, attempt) => ({ shouldRetry: attempt < 2, delay: { seconds: 1 } }) },
      );
    }, {});
    expect([result.getStatus(), runs]).toEqual(['FAILED', 2]);
    const attempts = sent.filter(({ name }) => name === 'step charge');
    expect(
      attempts.map(({ attributes, status }) => [
        attributes['tracelet.durable.attempt'],
        attributes['error.type'],
        status.message,
      ]),
    ).toEqual([
      [1, 'TypeError', 'declined'],
      [2, 'TypeError', 'declined'],
    ]);
    expect(invocations().at(-1)?.status.code).toBe(2);
    expect(sent.find(({ name }) => name.startsWith('execution'))?.status.code).toBe(2);
  });

  it('can be named in an environment variable', () => {
    const provider: DurableInstrumentationPluginProvider = durableExecutionPluginProvider;
    const { createPlugin, pluginApiVersion, pluginType } = provider;
    expect(pluginApiVersion).toBe(1);
    expect(createPlugin()).toBeInstanceOf(pluginType);
  });
});
