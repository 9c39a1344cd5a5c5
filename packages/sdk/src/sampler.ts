import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Environment } from './env.ts';

/**
 * Makes the sampler that the environment names. The `parentbased_` ones ask the root sampler only where a trace begins,
 * and otherwise follow the caller's decision.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#built-in-samplers
 */
export function makeSampler({ sampler, samplerRatio }: Pick<Environment, 'sampler' | 'samplerRatio'>): Sampler {
  const root = makeRoot(sampler, samplerRatio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function makeRoot(name: Environment['sampler'], ratio: number): Sampler {
  if (name.endsWith('always_off')) return new AlwaysOffSampler();
  return name.endsWith('traceidratio') ? new TraceIdRatioBasedSampler(ratio) : new AlwaysOnSampler();
}
