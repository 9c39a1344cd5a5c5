import type { SpanContext } from '@opentelemetry/api';
import type { Environment } from './env.ts';

/**
 * Whether a span is recorded and sent. `parent` is `undefined` where a trace begins; otherwise it is a valid one. A ratio
 * is what the function's own settings say.
 */
export type Sampler = (traceId: string, parent: SpanContext | undefined, ratio?: number) => boolean;

/**
 * Makes the sampler that the environment names. The `parentbased_` ones decide only where a trace begins, and otherwise
 * follow the caller. A ratio decides by the trace id in the way of the SDK, so that every service of a trace which
 * uses the same ratio keeps the same traces.
 *
 * @param isFixed Whether a ratio of the function's own is of no account.
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#built-in-samplers
 */
export function makeSampler(
  { sampler, samplerRatio }: Pick<Environment, 'sampler' | 'samplerRatio'>,
  isFixed = false,
): Sampler {
  const followsParent = sampler.startsWith('parentbased_');
  const ofProcess = sampler.endsWith('always_off') ? 0 : samplerRatio;
  return (traceId, parent, own) => {
    if (followsParent && parent !== undefined) return (parent.traceFlags & 1) === 1;
    const ratio = isFixed ? ofProcess : (own ?? ofProcess);
    return ratio === 1 || fold(traceId) < Math.floor(ratio * 0xffffffff);
  };
}

/** The four words of a trace id in one, 0 to 2^32 - 1. */
function fold(traceId: string): number {
  let folded = 0;
  for (let at = 0; at < 32; at += 8) folded ^= Number.parseInt(traceId.slice(at, at + 8), 16);
  return folded >>> 0;
}
