import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SpanKind } from '@opentelemetry/api';
import { type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { createLambda } from '../lambda.ts';
import { idlePipeline } from '../pipeline.ts';
import { defaultSettings } from '../preset.ts';
import { recognise } from '../recognise.ts';
import { scope } from '../scope.ts';
import { fakeContext, invoke, recorder, settled } from '../tracing.fixture.ts';
import { fixtures } from './all.fixture.ts';
import { hostileValues, type Mutated, mutate, mutated } from './hostile.fixture.ts';
import { builtInTriggers } from './index.ts';

/** Events of one run in all; a seed of its own each time, or `FUZZ_SEED=1` to see one again. */
const EVENTS = 200_000;
const BLOCK = 1000;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

// Code that counts its branches for the coverage takes three times as long.
const TIME_MAX_MS = process.env.TRACELET_COVERAGE ? 200 : 50;
const HEAP_GROWTH_MAX_BYTES = 16 * 2 ** 20;

beforeAll(() => {
  // The troubles of hostile events are said once each; here nobody wants to read them.
  process.env.OTEL_LOG_LEVEL = 'none';
  return () => {
    delete process.env.OTEL_LOG_LEVEL;
  };
});

it(`survives ${EVENTS.toLocaleString('en')} events with anything wrong in them, each in time, and keeps none`, async () => {
  const play = player();
  const collect = collector();
  const events = fc.oneof(
    { weight: 9, arbitrary: mutated(fixtures) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(hostileValues)) },
  );
  let heapBytes = 0;
  for (let block = 0; block < EVENTS / BLOCK; block += 1) {
    for (const [index, sample] of fc.sample(events, { seed: seed + block, numRuns: BLOCK }).entries()) {
      const fault = await faultOf(play, sample, index);
      if (fault !== undefined) throw new Error(`${fault}: ${describe(sample)}, block ${block} of FUZZ_SEED=${seed}`);
    }
    // The first tenth warms up: compiled code and caches stay.
    if (block === EVENTS / BLOCK / 10) heapBytes = collect();
  }
  expect(collect() - heapBytes).toBeLessThan(HEAP_GROWTH_MAX_BYTES);
}, 300_000);

it('runs each record of a batch with anything wrong in it, and names the failed ones or says why it cannot', async () => {
  const batches = fixtures.filter(({ matches: [id] }) => ['sqs', 'kinesis', 'dynamodb-streams'].includes(id ?? ''));
  const wrappers = { sqs: 'sqs', kinesis: 'kinesis', 'dynamodb-streams': 'dynamodb' } as const;
  const failing = fc.record({ sample: mutated(batches), report: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(failing, async ({ sample, report }) => {
      const event = mutate(sample, batches);
      const { lambda } = recorder();
      const seen: unknown[] = [];
      const wrapper = lambda[wrappers[sample.fixture.matches[0] as keyof typeof wrappers]];
      const handler = invoke(
        wrapper,
        { failures: report ? 'report' : 'throw', onAllFailed: 'report' },
        (record: unknown) => {
          seen.push(record);
          throw new Error('mine');
        },
      );
      const outcome = await settled(invoke(handler, event, fakeContext()));
      if ('value' in outcome) {
        // Reported, or nothing was there to do.
        const ids = (outcome.value as { batchItemFailures: { itemIdentifier: string }[] } | undefined)
          ?.batchItemFailures;
        expect(ids?.length ?? 0).toBeGreaterThanOrEqual(Math.min(seen.length, 1));
        expect(
          ids?.filter(({ itemIdentifier }) => typeof itemIdentifier !== 'string' || itemIdentifier === '') ?? [],
        ).toEqual([]);
      } else {
        const { code } = outcome.error as { code?: string };
        expect(['batch_failed', 'not_a_batch']).toContain(code ?? String(outcome.error));
        expect(code === 'batch_failed').toBe(seen.length > 0);
      }
    }),
    { numRuns: BLOCK, seed },
  );
}, 60_000);

type Sample = Mutated | string;
type Play = (event: unknown, fails: boolean, context: unknown) => Promise<string | undefined>;

/** What is wrong with how an event was handled; `undefined` when nothing is. */
async function faultOf(play: Play, sample: Sample, index: number): Promise<string | undefined> {
  const event = eventOf(sample);
  const copy = index % 16 === 0 ? copyOf(event) : undefined;
  const context = index % 8 === 0 ? hostileContext(index) : fakeContext();
  const startedMs = cpuMs();
  const fault = await play(event, index % 2 === 0, context);
  // Collecting garbage takes time as well, but not each time.
  let tookMs = cpuMs() - startedMs;
  for (let again = 0; again < 4 && tookMs > TIME_MAX_MS; again += 1) {
    const restartedMs = cpuMs();
    await play(eventOf(sample), index % 2 === 0, context);
    tookMs = Math.min(tookMs, cpuMs() - restartedMs);
  }
  if (fault !== undefined) return fault;
  if (tookMs > TIME_MAX_MS) return `took ${tookMs.toFixed(0)} ms`;
  return copy !== undefined && !isDeepStrictEqual(event, copy.event) ? 'the event was changed' : undefined;
}

/** One wrapped function for all events: what stays behind of one stays behind of all. */
function player(): Play {
  let ended = 0;
  const count: SpanProcessor = {
    onStart() {},
    onEnd: ({ kind }) => {
      if (kind === SpanKind.SERVER) ended += 1;
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const tracer = new TracerProvider({ spanProcessors: [count] }).getTracer('fuzz');
  const pipeline = idlePipeline({ tracer });
  const lambda = createLambda({ pipeline: () => pipeline, settings: {}, above: () => [] });
  const ids = new Set([...builtInTriggers.map(({ id }) => id), 'unknown']);
  let given: unknown;
  let outcome: unknown;
  let isInScope = false;
  const handler = lambda((event: unknown, context: unknown): Promise<unknown> => {
    given = event;
    isInScope = Object.is(scope()?.context, context);
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  });
  return async (event, fails, context) => {
    ended = 0;
    outcome = fails ? new Error('mine') : { statusCode: 200 };
    const came = await settled(invoke(handler, event, context));
    if (!Object.is(given, event)) return 'the handler got something else';
    if (('error' in came ? came.error : came.value) !== outcome) return 'something else came out';
    if (!isInScope) return 'the handler had no scope of its own';
    if (ended !== 1) return `${ended} SERVER spans ended`;
    return ids.has(recognise(event, defaultSettings).id) ? undefined : 'no such trigger';
  };
}

function eventOf(sample: Sample): unknown {
  return typeof sample === 'string' ? hostileValues[sample]?.() : mutate(sample, fixtures);
}

function describe(sample: Sample): string {
  return typeof sample === 'string' ? sample : `${sample.fixture.name} with ${JSON.stringify(sample.mutations)}`;
}

/** What this thread has computed so far: however busy the machine is, an event takes only its own time. */
function cpuMs(): number {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
}

/** A copy of what can be copied. */
function copyOf(event: unknown): { readonly event: unknown } | undefined {
  try {
    const copy = structuredClone(event);
    return isDeepStrictEqual(event, copy) ? { event: copy } : undefined;
  } catch {
    return undefined;
  }
}

function hostileContext(index: number): unknown {
  const names = Object.keys(hostileValues);
  const value = (offset: number): unknown => hostileValues[names[(index + offset) % names.length] as string]?.();
  if (index % 3 === 0) return value(0);
  return { ...fakeContext(), awsRequestId: value(1), invokedFunctionArn: value(2), clientContext: value(3) };
}

/** Collects garbage, and tells the heap in use in bytes. */
function collector(): () => number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
}
