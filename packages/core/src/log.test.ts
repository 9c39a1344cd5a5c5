import { afterEach, describe, expect, it } from 'vitest';
import type { Fields, Log } from './log.ts';
import { idlePipeline } from './pipeline.ts';
import { scope } from './scope.ts';
import { currentFrame, shared } from './shared.ts';
import { span } from './span.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';

afterEach(() => {
  shared().pipeline = undefined;
});

describe('log.set', () => {
  it('of a scope works from callbacks that lost the async context', async () => {
    const log = {
      ...idlePipeline().log,
      set(fields: Fields) {
        const frame = currentFrame();
        if (frame !== undefined) frame.logFields = fields;
      },
    } as Log;
    const { lambda } = recorder({ parts: { log } });
    const handler = lambda(async () => {
      const bound = scope()?.log;
      shared().frames.exit(() => bound?.set({ a: 1 }));
      return currentFrame()?.logFields;
    });
    expect(await handler('e', fakeContext())).toEqual({ a: 1 });
  });

  it('does nothing where nothing is logged', () => {
    expect(idlePipeline().log.set({ a: 1 })).toBeUndefined();
  });
});

describe('an exception', () => {
  const fail = (): never => {
    throw new RangeError('no');
  };
  const eventsWith = (event: boolean) => {
    const seen: unknown[] = [];
    const { pipeline, spans } = recorder({
      parts: {
        recordException: (_span, error) => {
          seen.push(error);
          return event;
        },
      },
    });
    shared().pipeline = pipeline;
    expect(() => span('inner', fail)).toThrow('no');
    return [seen.map(String), spans().map(({ events, status }) => [events.length, status.message])];
  };

  it('is recorded by the pipeline where that has a way, with an event beside it or not', () => {
    expect(eventsWith(true)).toEqual([['RangeError: no'], [[1, 'no']]]);
    expect(eventsWith(false)).toEqual([['RangeError: no'], [[0, 'no']]]);
  });
});
