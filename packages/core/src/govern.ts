import type { Attributes, Context as OtelContext } from '@opentelemetry/api';
import { followChain, type Place } from './chain.ts';
import { diagnose, survive } from './diagnose.ts';
import type { ResolvedSettings } from './preset.ts';
import { type InvocationSampling, makeSampling, type Sampled, withSampling } from './sampling.ts';

/** What the rules of sampling and the loop guard make of an invocation that begins. */
export interface Governed {
  /** The parent's context, with what the invocation's spans and those after it shall find. */
  readonly parent: OtelContext;
  readonly sampling?: InvocationSampling | undefined;
  readonly attributes?: Attributes | undefined;
}

/** Holds an invocation against the settings; without any that costs nothing. Never throws. */
export function govern(
  { loopGuard, sampling }: ResolvedSettings,
  place: Place,
  sampled: Omit<Sampled, keyof Place>,
): Governed {
  const { parent, pipeline } = place;
  if (!pipeline.enabled || (sampling ?? loopGuard) === undefined) return { parent };
  // Inside Lambda only a provider of somebody else's cannot be told the trace.
  if (sampling && pipeline.host && !pipeline.inTrace) diagnose('foreign_sampling', FOREIGN, FOREIGN_REMEDY);
  const follow = (): Governed & { readonly isForced: boolean } => followChain(sampling?.debug, loopGuard, place);
  const chain = survive('baggage_failed', 'Reading baggage', follow) ?? { parent, isForced: false };
  const made = sampling && makeSampling(sampling, chain.isForced, { ...place, ...sampled });
  return { ...chain, parent: withSampling(chain.parent, made), sampling: made };
}

const FOREIGN = 'the setting sampling chooses no spans, because the tracer provider is not the built-in one';
const FOREIGN_REMEDY = "Set that provider's own sampler, or leave it out.";
