import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import { rehearse } from './rehearse.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { httpEvent } from './triggers/http.fixture.ts';

it('plays an invocation whose spans go to the given tracer', () => {
  const { pipeline, tree } = recorder();
  rehearse({ tracer: pipeline.tracer });
  expect(tree()).toEqual([
    'GET /rehearsal SERVER under 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331',
    'init INTERNAL under 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331',
  ]);
});

it('prints and publishes nothing, calls no plugin, and leaves the first invocation a cold start', async () => {
  const seen: unknown[] = [];
  const note = (message: unknown): void => void seen.push(message);
  const channels = ['tracelet:invocation', 'tracelet:flush'];
  for (const channel of channels) subscribe(channel, note);
  const plugins = [{ name: 'seeing', invocation: note }];
  const { lambda, pipeline, spans } = recorder({ parts: { plugins } });
  const handler = lambda(async () => {});
  const { tracer } = recorder().pipeline;
  const lines = await printed(() => rehearse({ tracer, log: pipeline.log }));
  for (const channel of channels) unsubscribe(channel, note);
  expect([seen, lines, [...shared().troubles], pipeline.sandbox.invocations]).toEqual([[], [], [], 0]);
  await handler(httpEvent, fakeContext());
  expect(spans().map(({ attributes }) => attributes['faas.coldstart'])).toEqual([true]);
});
