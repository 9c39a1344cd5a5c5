import { trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { scope } from './scope.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';

// As in peers.test.ts: failures that were seen elsewhere, here those of timers and of invocations that overlap.

const boom = new TypeError('boom');

describe('time', () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

  it('leaves no timer alive when the handler returned, rejected or asked for the signal', async () => {
    // The SDK's own processor starts a timer for each span.
    const { lambda } = recorder({ parts: { tracer: trace.getTracer('none') } });
    const before = timers();
    const signals: (AbortSignal | undefined)[] = [];
    const asks = () => void signals.push(scope()?.signal);
    await lambda(async () => asks())('e', fakeContext());
    await settled(
      lambda(async () => {
        asks();
        throw boom;
      })('e', fakeContext()),
    );
    expect(timers()).toBe(before);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, false]);
  });

  it('does not run out where the context does not tell how much there is', async () => {
    const { lambda } = recorder();
    const handler = lambda(async () => scope()?.signal.aborted);
    for (const getRemainingTimeInMillis of [undefined, () => Number.NaN, () => 'soon'])
      expect(await handler('e', fakeContext({ getRemainingTimeInMillis }))).toBe(false);
  });

  it('keeps invocations that overlap apart: the end of one takes nothing from the other', async () => {
    const { lambda, spans } = recorder();
    const first = Promise.withResolvers<void>();
    const handler = lambda(async (event: unknown) => {
      const { signal } = scope() ?? {};
      if (event === 'first') await first.promise;
      scope()?.set({ 'which.one': String(event) });
      return [scope()?.context.awsRequestId, signal?.aborted];
    });
    const ended = handler('first', fakeContext({ awsRequestId: '1', getRemainingTimeInMillis: () => 130 }));
    expect(await handler('second', fakeContext({ awsRequestId: '2' }))).toEqual(['2', false]);
    // 100 ms before its deadline the first is told, though the second has cleared its own timer.
    await new Promise((resolve) => setTimeout(resolve, 60));
    first.resolve();
    expect(await ended).toEqual(['1', true]);
    const which = spans().map(({ attributes }) => [attributes['faas.invocation.id'], attributes['which.one']]);
    expect(which).toEqual([
      ['2', 'second'],
      ['1', 'first'],
    ]);
  });
});
