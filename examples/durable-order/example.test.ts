import { AsyncResource } from 'node:async_hooks';
import { LocalDurableTestRunner } from '@aws/durable-execution-sdk-js-testing';
import { harness } from '@tracelet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import order from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

beforeAll(() => LocalDurableTestRunner.setupTestEnvironment({ skipTime: true }));
afterAll(() => LocalDurableTestRunner.teardownTestEnvironment());

it('is one trace, with a span for each step that ran and one for the execution', async () => {
  const run = await harness().run(async () => {
    // The runner calls the function from a queue of its own.
    const handlerFunction = AsyncResource.bind(handler);
    return (await new LocalDurableTestRunner<string>({ handlerFunction }).run({ payload: order })).getResult();
  }, {});
  expect(run).toMatchObject({ ok: true, result: 'o-77120: 700' });
  const { spans } = run.spans;
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['5b8aa5a2d2c872e8321cf37308d69df2']));
  const names = spans.map(({ name }) => name).sort();
  expect(names.filter((name) => name.startsWith('step'))).toEqual(['step charge', 'step price']);
  expect(names).toContain('execution');
});
