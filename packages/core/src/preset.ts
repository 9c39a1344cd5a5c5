import type { Attributes } from '@opentelemetry/api';
import type { Plugin } from './plugin.ts';
import { known } from './shape.ts';
import type { AnyTrigger } from './trigger.ts';

/** How batch wrappers behave. */
export interface BatchSettings {
  /**
   * What happens when records failed. `throw` (default): every record that the order rule allows is run, then one error
   * makes the source retry the whole batch. `report`: the failed ones alone are named in a partial response.
   *
   * With `report` the event source mapping **must** have `ReportBatchItemFailures`: without it Lambda ignores the
   * response and deletes the failed messages.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  readonly failures?: 'throw' | 'report' | undefined;
  /** With `report`, what happens when every record failed. Default: `throw`, so that the function's error count shows it. */
  readonly onAllFailed?: 'throw' | 'report' | undefined;
  /** Records run at once. Default: 10 for unordered sources; ordered ones run one at a time within their order. */
  readonly concurrency?: number | undefined;
  /** Records that get a span of their own; the rest are counted on the batch span. Default: 1,000. */
  readonly maxRecordSpans?: number | undefined;
}

/** Settings of one function; safe to hand to developers. */
export interface Settings {
  /** Attributes of every invocation span. */
  readonly attributes?: Attributes | undefined;
  readonly batch?: BatchSettings | undefined;
  readonly plugins?: readonly Plugin[] | undefined;
  /** Triggers of your own, tried before the built-in ones. */
  readonly triggers?: readonly AnyTrigger[] | undefined;
}

/** Batch settings with nothing left open but the concurrency, which depends on the source. */
export interface ResolvedBatch extends BatchSettings {
  readonly failures: 'throw' | 'report';
  readonly onAllFailed: 'throw' | 'report';
  readonly maxRecordSpans: number;
}

/** Settings with nothing left open. */
export interface ResolvedSettings {
  readonly attributes: Attributes;
  readonly batch: ResolvedBatch;
  readonly plugins: readonly Plugin[];
  readonly triggers: readonly AnyTrigger[];
}

/** What applies when nobody says anything. */
export const defaultSettings: ResolvedSettings = {
  attributes: {},
  batch: { failures: 'throw', onAllFailed: 'throw', maxRecordSpans: 1000 },
  plugins: [],
  triggers: [],
};

/**
 * Merges layers of settings, weakest first. Attributes and batch settings merge by key, where `undefined` says nothing;
 * plugins and triggers add up, those of the stronger layer first.
 */
export function mergeSettings(...layers: readonly (Settings | undefined)[]): ResolvedSettings {
  return layers.reduce<ResolvedSettings>((below, layer) => {
    if (layer === undefined) return below;
    return {
      attributes: { ...below.attributes, ...known({ ...layer.attributes }) },
      batch: { ...below.batch, ...known({ ...layer.batch }) },
      plugins: [...(layer.plugins ?? []), ...below.plugins],
      triggers: [...(layer.triggers ?? []), ...below.triggers],
    };
  }, defaultSettings);
}
