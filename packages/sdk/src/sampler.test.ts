import { ROOT_CONTEXT, type SpanContext, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type Sampler as SdkSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Environment, readEnv } from './env.ts';
import { randomId } from './random-id.ts';
import { makeSampler } from './sampler.ts';

const LOW = '00000001000000000000000000000000';
const HIGH = 'ffffffff000000000000000000000000';
const caller: SpanContext = { traceId: LOW, spanId: '53995c3f42cd8ad8', traceFlags: TraceFlags.SAMPLED };
const [yes, no] = [caller, { ...caller, traceFlags: TraceFlags.NONE }];

describe('makeSampler', () => {
  it('takes a ratio of the function where a trace begins, unless the ratio is fixed', () => {
    const environment = readEnv({});
    expect([0, 0.5, 1].map((ratio) => makeSampler(environment)(LOW, undefined, ratio))).toEqual([false, true, true]);
    expect([0, 0.5, 1].map((ratio) => makeSampler(environment)(HIGH, undefined, ratio))).toEqual([false, false, true]);
    expect([yes, no].map((parent) => makeSampler(environment)(HIGH, parent, 0.5))).toEqual([true, false]);
    expect([0, undefined].map((ratio) => makeSampler(environment, true)(HIGH, undefined, ratio))).toEqual([true, true]);
  });

  it.each<[NodeJS.ProcessEnv, boolean[]]>([
    [{}, [true, true, true, false]],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, [true, true, true, true]],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, [false, false, false, false]],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }, [true, false, false, true]],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, [true, true, true, true]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, [true, true, true, false]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, [false, false, true, false]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }, [true, false, true, false]],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' }, [false, false, true, false]],
  ])('keeps by %j a low root, a high root, a sampled child and a child that is not: %j', (env, kept) => {
    const sampler = makeSampler(readEnv(env));
    expect([sampler(LOW, undefined), sampler(HIGH, undefined), sampler(HIGH, yes), sampler(LOW, no)]).toStrictEqual(
      kept,
    );
  });

  it('decides as the samplers of the SDK do', () => {
    const name = fc.constantFrom<Environment['sampler']>(
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    );
    const ratio = fc.oneof(fc.constantFrom(0, 1, 1e-9, 1 - Number.EPSILON), fc.double({ min: 0, max: 1, noNaN: true }));
    const word = fc.constantFrom('00000000', '00000001', '7fffffff', '80000000', 'fffffffe', 'ffffffff', 'deadbeef');
    const traceId = fc.oneof(
      fc.tuple(word, word, word, word).map((words) => words.join('')),
      fc.constant(undefined).map(() => randomId(16)),
    );
    const parent = fc.constantFrom(undefined, yes, no, { ...yes, isRemote: true }, { ...no, isRemote: true });
    fc.assert(
      fc.property(name, ratio, traceId, parent, (sampler, given, id, from) => {
        fc.pre(/[^0]/.test(id));
        const samplerRatio = sampler.endsWith('traceidratio') ? given : 1;
        const context = from === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, from);
        const { decision } = sdkSampler(sampler, given).shouldSample(context, id, 's', SpanKind.SERVER, {}, []);
        expect(makeSampler({ sampler, samplerRatio })(id, from)).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
      }),
      { numRuns: 3000 },
    );
  });
});

function sdkSampler(name: Environment['sampler'], ratio: number): SdkSampler {
  if (name.startsWith('parentbased_')) {
    return new ParentBasedSampler({ root: sdkSampler(name.slice('parentbased_'.length) as typeof name, ratio) });
  }
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
