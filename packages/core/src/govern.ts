import type { Attributes, Context as OtelContext } from '@opentelemetry/api';
import { diagnose, survive } from './diagnose.ts';
import type { ResolvedSettings } from './preset.ts';
import { type InvocationSampling, makeSampling, type Sampled, withSampling } from './sampling.ts';
import type { ChainPlace } from './sampling-settings.ts';

/** What the settings make of an invocation that begins. */
export interface Governed {
  /** The parent's context, with what the invocation's spans and those after it shall find. */
  readonly parent: OtelContext;
  readonly sampling: InvocationSampling | undefined;
  readonly attributes: Attributes | undefined;
  /** To be called once the invocation's hooks have been. */
  readonly begun: (info: object) => void;
}

/** Holds an invocation against the settings; without any that costs nothing. Never throws. */
export function govern(
  { loopGuard, sampling }: ResolvedSettings,
  place: ChainPlace,
  sampled: Omit<Sampled, keyof ChainPlace>,
): Governed | undefined {
  const { pipeline } = place;
  if ((sampling ?? loopGuard) === undefined || !pipeline.enabled) return undefined;
  // Inside Lambda only a provider of somebody else's cannot be told the trace.
  if (sampling && pipeline.host && !pipeline.inTrace) diagnose('foreign_sampling', FOREIGN, FOREIGN_REMEDY);
  const contained = <T>(fn: () => T): T | undefined => survive('chain_failed', 'A rule of the chain', fn);
  const debug = contained(() => sampling?.debug?.(place));
  const parent = debug?.parent ?? place.parent;
  const loop = contained(() => loopGuard?.({ ...place, parent }));
  const made = sampling && makeSampling(sampling, debug?.isForced === true, { ...place, ...sampled });
  return {
    parent: withSampling(loop?.parent ?? parent, made),
    sampling: made,
    attributes: loop?.attributes,
    begun: (info) => contained(() => debug?.begun?.(info)),
  };
}

const FOREIGN = 'the setting sampling does nothing: the tracer provider is not the built-in one';
const FOREIGN_REMEDY = "Set that provider's own sampler.";
