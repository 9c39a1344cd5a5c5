import { type Context, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { makeSampler } from './sampler.ts';

const LOW = '00000001000000000000000000000000';
const HIGH = 'ffffffff000000000000000000000000';

describe('makeSampler', () => {
  it.each([
    [{}, 'ParentBased{root=AlwaysOnSampler'],
    [{ OTEL_TRACES_SAMPLER: 'always_on' }, 'AlwaysOnSampler'],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 'AlwaysOffSampler'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' }, 'TraceIdRatioBased{0.5}'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'TraceIdRatioBased{1}'],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_on' }, 'ParentBased{root=AlwaysOnSampler'],
    [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 'ParentBased{root=AlwaysOffSampler'],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
      'ParentBased{root=TraceIdRatioBased{0}',
    ],
  ])('makes of %j a %s', (env, description) => {
    expect(makeSampler(readEnv(env)).toString().split(',')[0]).toBe(description);
  });

  it('decides by trace id where a trace begins', () => {
    expect([decide(ROOT_CONTEXT, LOW), decide(ROOT_CONTEXT, HIGH)]).toStrictEqual([
      SamplingDecision.RECORD_AND_SAMPLED,
      SamplingDecision.NOT_RECORD,
    ]);
  });

  it("follows the caller's decision elsewhere", () => {
    expect([decide(parent(TraceFlags.SAMPLED), HIGH), decide(parent(TraceFlags.NONE), LOW)]).toStrictEqual([
      SamplingDecision.RECORD_AND_SAMPLED,
      SamplingDecision.NOT_RECORD,
    ]);
  });
});

function decide(context: Context, traceId: string): SamplingDecision {
  const sampler = makeSampler({ sampler: 'parentbased_traceidratio', samplerRatio: 0.5 });
  return sampler.shouldSample(context, traceId, 'span', SpanKind.SERVER, {}, []).decision;
}

function parent(traceFlags: TraceFlags): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: LOW, spanId: '53995c3f42cd8ad8', traceFlags, isRemote: true });
}
