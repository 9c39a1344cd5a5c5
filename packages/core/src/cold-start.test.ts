import { execFile } from 'node:child_process';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { beforeEach, expect, it } from 'vitest';
import { makeSandbox, type Sandbox, watchLoading } from './cold-start.ts';
import type { Pipeline } from './pipeline.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, type RecorderOptions, recorder } from './tracing.fixture.ts';
import { httpEvent, TRACEPARENT } from './triggers/http.fixture.ts';

const W3C = '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331';
const LOADING_MS = 250;

/** A sandbox that took 250 ms to load and waited for its first event. */
function sandboxOf(type: string, waitedMs: number): Sandbox {
  const loadedAtMs = Date.now() - waitedMs;
  return { initializationType: type, startedAtMs: loadedAtMs - LOADING_MS, loadedAtMs, invocations: 0 };
}

/** Two invocations of one sandbox: the flags of each, the tree, and how long the init span is. */
async function invocations(sandbox: Sandbox, headers = {}, parts: Partial<Pipeline> = {}, more: RecorderOptions = {}) {
  const { lambda, spans, tree } = recorder({ parts: { sandbox, ...parts }, ...more });
  const handler = lambda(async () => {});
  for (const _ of [1, 2]) await handler({ ...httpEvent, headers }, fakeContext());
  const servers = spans().filter(({ name }) => name !== 'init');
  const init = spans().find(({ name }) => name === 'init');
  return {
    flags: servers.map(({ attributes: of }) => [of['faas.coldstart'], of['tracelet.initialization_type']]),
    tree: tree(),
    init: init && {
      type: init.attributes['tracelet.initialization_type'],
      startedAtMs: init.startTime[0] * 1000 + init.startTime[1] / 1e6,
      durationMs: init.duration[0] * 1000 + init.duration[1] / 1e6,
      sameTrace: init.spanContext().traceId === servers[0]?.spanContext().traceId,
    },
  };
}

/** A provider of one's own that can be told the trace of a root span; here each root says that it was told. */
const inTrace: Pipeline['inTrace'] = (traceId, fn) => {
  const span = fn() as { spanContext(): { traceId: string }; setAttribute(name: string, value: string): void };
  span.setAttribute('told', traceId);
  return span as never;
};

beforeEach(() => shared().troubles.clear());

it('calls the first of two on-demand invocations cold and puts the init phase beside it, unstretched', async () => {
  const sandbox = sandboxOf('on-demand', 40);
  expect(await invocations(sandbox, { traceparent: TRACEPARENT })).toEqual({
    flags: [
      [true, 'on-demand'],
      [false, 'on-demand'],
    ],
    tree: [
      `POST /orders/{id} SERVER under ${W3C}`,
      `init INTERNAL under ${W3C}`,
      `POST /orders/{id} SERVER under ${W3C}`,
    ],
    init: { type: 'on-demand', startedAtMs: sandbox.startedAtMs, durationMs: LOADING_MS, sameTrace: true },
  });
});

it('puts the init phase into the trace of the first invocation when neither has a parent', async () => {
  const { lambda, spans } = recorder({ parts: { sandbox: sandboxOf('on-demand', 0), inTrace } });
  await lambda(async () => {})('e', fakeContext());
  const [init, server] = spans();
  expect([init?.name, init?.parentSpanContext, init?.links, init?.attributes.told]).toEqual([
    'init',
    undefined,
    [],
    server?.spanContext().traceId,
  ]);
});

it('links the init phase to the invocation when the provider cannot be told the trace', async () => {
  const { tree, init } = await invocations(sandboxOf('on-demand', 0));
  expect(tree).toEqual(['POST /orders/{id} SERVER', 'init INTERNAL -> POST /orders/{id}', 'POST /orders/{id} SERVER']);
  expect(init).toMatchObject({ sameTrace: false, durationMs: LOADING_MS });
});

it.each([
  ['provisioned-concurrency', 0, 'provisioned-concurrency'],
  ['provisioned-concurrency', 60_000, 'provisioned-concurrency'],
  ['lambda-managed-instances', 0, 'lambda-managed-instances'],
  ['on-demand', 60_000, 'proactive'],
])(
  'calls no invocation cold after %s init that ended %i ms before, and gives init a trace of its own',
  async (type, waitedMs, said) => {
    const { flags, tree, init } = await invocations(
      sandboxOf(type, waitedMs),
      { traceparent: TRACEPARENT },
      { inTrace },
    );
    expect(flags).toEqual([
      [false, said],
      [false, type],
    ]);
    expect(tree[1]).toBe('init INTERNAL -> POST /orders/{id}');
    expect(init).toMatchObject({ type: said, durationMs: LOADING_MS, sameTrace: false });
  },
);

it('records no init phase when its end is unknown', async () => {
  const { flags, init } = await invocations({ ...sandboxOf('on-demand', 0), loadedAtMs: undefined });
  expect([flags[0], init]).toEqual([[true, 'on-demand'], undefined]);
});

it('records no init phase for an invocation that is not recorded', async () => {
  const asked: string[] = [];
  const sampler: Sampler = {
    shouldSample(_parent, _traceId, name) {
      asked.push(name);
      return { decision: SamplingDecision.NOT_RECORD };
    },
  };
  const { tree } = await invocations(sandboxOf('on-demand', 0), {}, {}, { sampler });
  expect([tree, asked]).toEqual([[], ['POST /orders/{id}', 'POST /orders/{id}']]);
});

it('leaves the invocation alone when the init phase cannot be recorded', async () => {
  const broken: Pipeline['inTrace'] = () => {
    throw new TypeError('boom');
  };
  const lines = await printed(async () => {
    const { tree } = await invocations(sandboxOf('on-demand', 0), {}, { inTrace: broken });
    expect(tree).toEqual(['POST /orders/{id} SERVER', 'POST /orders/{id} SERVER']);
  });
  expect(lines).toMatchObject([
    { code: 'span_failed', message: 'tracelet: Recording the init phase failed with TypeError: boom' },
  ]);
});

it('notes the end of loading in the next turn of the event loop, or at the wrap when an event comes before', async () => {
  const [early, late] = [makeSandbox({}), makeSandbox({})];
  const before = Date.now();
  watchLoading(early);
  watchLoading(late);
  late.invocations = 1;
  const atWrap = late.loadedAtMs;
  while (Date.now() <= before + 2);
  await turn();
  expect(atWrap).toBeGreaterThanOrEqual(before);
  expect(late.loadedAtMs).toBe(atWrap);
  expect(early.loadedAtMs).toBeGreaterThan(before + 2);
});

it('notes the end of loading at once, in a process that has nothing else to do', async () => {
  const script = `
    const { makeSandbox, watchLoading } = await import(${JSON.stringify(import.meta.resolve('./cold-start.ts'))});
    const sandbox = makeSandbox({});
    setTimeout(() => {
      watchLoading(sandbox);
      const watchedAtMs = Date.now();
      setTimeout(() => console.log(sandbox.loadedAtMs - watchedAtMs), 300);
    }, 100);
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(Number(stdout)).toBeLessThan(150);
});
