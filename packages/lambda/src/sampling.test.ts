import { setImmediate as turn } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { type Pipeline, type Settings, shared } from '@tracelet/core';
import { debugLogs } from '@tracelet/logger/debug-logs';
import { fakeContext, type Sink, type SinkSpan, startSink } from '@tracelet/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineLambda, log, span } from './index.ts';

const INVOCATIONS = 10_000;
const RATIO = 0.1;
const KINDS = ['fine', 'fault', 'slow', 'cold'] as const;

type Kind = (typeof KINDS)[number];

interface Task {
  readonly id: string;
  readonly kind: Kind;
  readonly steps: number;
}

let sink: Sink;
let nowMs: number;
const lines: Record<string, unknown>[] = [];

beforeEach(async () => {
  sink = await startSink();
  shared().pipeline = undefined;
  shared().logGate = undefined;
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
  // Timed flushes, so that requests hold more than one invocation.
  vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', '64');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', sink.url);
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'otlp');
  vi.stubEnv('TRACELET_DEADLINE_MARGIN', '0');
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
  nowMs = Date.now();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  shared().pipeline = undefined;
  shared().logGate = undefined;
  for (const api of [context, propagation, trace]) api.disable();
  await sink.close();
});

/** Marsaglia's xorshift: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const steps = async ({ id, steps }: Task): Promise<void> => {
  log.debug('detail', { id });
  for (let step = 0; step < steps; step += 1) await span(`step ${id}`, async () => log.info('step', { id }));
};

const keep: Settings['sampling'] = {
  ratio: RATIO,
  logs: 'kept',
  keep: { faults: true, coldStarts: true, slowerThanMs: 500 },
};

const idsOf = (items: readonly { readonly attributes: SinkSpan['attributes'] }[], name: string): ReadonlySet<unknown> =>
  new Set(items.map(({ attributes }) => attributes[name]).filter((id) => id !== undefined));

const pipelineNow = (): Pipeline => shared().pipeline as Pipeline;

/** Everything is sent. */
const drained = async (): Promise<Record<string, unknown>> => {
  const counts = (): Record<string, unknown> => pipelineNow().describe?.().counts as Record<string, unknown>;
  for (let left = 100; left > 0 && counts().retained !== 0; left -= 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return counts();
};

it('keeps every faulty, slow and cold one of 10,000 whole, an exact share of the rest, and counts what it does not', async () => {
  const random = seeded(7);
  vi.spyOn(Math, 'random').mockImplementation(random);
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
  const tasks = Array.from({ length: INVOCATIONS }, (_, index): Task => {
    const drawn = random();
    const kind = drawn < 0.02 ? 'fault' : drawn < 0.04 ? 'slow' : drawn < 0.05 ? 'cold' : 'fine';
    return { id: `t${index}`, kind, steps: 1 + Math.floor(random() * 4) };
  });
  const lambda = defineLambda({ sampling: keep, plugins: [debugLogs()] });
  const handler = lambda(async (task: Task) => {
    span.set({ 'test.id': task.id });
    await steps(task);
    if (task.kind === 'slow') nowMs += 600;
    if (task.kind === 'fault') throw new Error(task.id);
  });
  pipelineNow().sandbox.invocations = 1;
  for (const task of tasks) {
    // What a fresh environment looks like, without its init span.
    if (task.kind === 'cold') Object.assign(pipelineNow().sandbox, { invocations: 0, loadedAtMs: undefined });
    await handler(task, fakeContext()).catch(() => {});
  }
  vi.mocked(Date.now).mockRestore();
  const counts = await drained();

  const roots = new Map(
    sink.spans.filter(({ kind }) => kind === 'SERVER').map((one) => [one.attributes['test.id'], one]),
  );
  const perId = Map.groupBy(sink.spans, ({ name, attributes }) => attributes['test.id'] ?? name.replace('step ', ''));
  const logsPerId = Map.groupBy(sink.logs, ({ attributes }) => attributes.id);
  let sampled = 0;
  let unsent = 0;
  for (const { id, kind, steps } of tasks) {
    const root = roots.get(id);
    const isSampled = root !== undefined && (Number(root.flags) & 1) === 1;
    sampled += isSampled ? 1 : 0;
    const reason = { fine: undefined, fault: 'fault', slow: 'slow', cold: 'cold_start' }[kind];
    const isThere = isSampled || reason !== undefined;
    // Its span, and of each step a span and a record; the debug line never became a record.
    if (!isThere) unsent += 1 + 2 * steps;
    expect([id, perId.get(id)?.length, root?.attributes['tracelet.sampling.kept_by']]).toEqual([
      id,
      isThere ? 1 + steps : undefined,
      isSampled ? undefined : reason,
    ]);
    const flags = new Set(perId.get(id)?.map((each) => each.flags));
    expect(flags.size).toBeLessThanOrEqual(1);
    const said = logsPerId.get(id)?.map(({ body }) => body);
    const detail = reason === undefined ? [] : ['detail'];
    expect([id, said?.toSorted()]).toEqual([id, isThere ? [...detail, ...Array(steps).fill('step')] : undefined]);
  }
  // Four standard deviations of a binomial distribution: one run in 16,000 is outside by chance, and this one is seeded.
  const deviation = Math.sqrt(INVOCATIONS * RATIO * (1 - RATIO));
  expect(Math.abs(sampled - INVOCATIONS * RATIO)).toBeLessThan(4 * deviation);

  const sent = sink.spans.length + sink.logs.length;
  expect(counts).toEqual({
    produced: sent + unsent,
    delivered: sent,
    retained: 0,
    dropped: { sampled_out: unsent },
  });
}, 60_000);

it('decides for each of 64 interleaved invocations by itself', async () => {
  const lambda = defineLambda({ sampling: { ...keep, ratio: 0 }, plugins: [debugLogs()] });
  const handler = lambda(async (task: Task & { readonly turns: number }) => {
    span.set({ 'test.id': task.id });
    for (let left = task.turns; left > 0; left -= 1) await turn();
    await steps(task);
    for (let left = task.turns; left > 0; left -= 1) await turn();
    if (task.kind === 'fault') throw new Error(task.id);
  });
  pipelineNow().sandbox.invocations = 1;
  const tasks = Array.from({ length: 64 }, (_, index) => ({
    id: `i${index}`,
    kind: index % 3 === 0 ? ('fault' as const) : ('fine' as const),
    steps: 1 + (index % 4),
    turns: (index * 7) % 11,
  }));
  await Promise.all(tasks.map((task) => handler(task, fakeContext()).catch(() => {})));
  await drained();
  const faulty = tasks.filter(({ kind }) => kind === 'fault');
  const ids = faulty.map(({ id }) => id).sort();
  expect([...idsOf(sink.spans, 'test.id')].sort()).toEqual(ids);
  const wanted = faulty.flatMap(({ id, steps }) => Array<string>(steps).fill(`step ${id}`)).sort();
  const spans = sink.spans.filter(({ name }) => name.startsWith('step'));
  expect(spans.map(({ name }) => name).sort()).toEqual(wanted);
  expect([...idsOf(sink.logs, 'id')].sort()).toEqual(ids);
  const debug = lines.filter(({ message }) => message === 'detail').map(({ id }) => id);
  expect(debug.sort()).toEqual(ids);
}, 20_000);

it('lets nothing reach delivery before it has decided, and then the root goes first', async () => {
  const lambda = defineLambda({ sampling: { ...keep, ratio: 0 } });
  const before: unknown[] = [];
  const handler = lambda(async (task: Task) => {
    await steps(task);
    before.push(pipelineNow().describe?.().counts);
    throw new Error(task.id);
  });
  // More than are encoded early.
  const task: Task = { id: 'many', kind: 'fault', steps: 600 };
  await handler(task, fakeContext()).catch(() => {});
  await drained();
  expect(before).toEqual([{ produced: 0, delivered: 0, retained: 0, dropped: {} }]);
  expect(sink.spans.map(({ name }) => name).filter((name) => name !== 'init')).toEqual([
    expect.stringMatching(/^(?!step)/),
    ...Array<string>(600).fill('step many'),
  ]);
  expect(sink.logs).toHaveLength(600);
}, 20_000);
