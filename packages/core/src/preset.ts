import type { Attributes } from '@opentelemetry/api';
import type { Plugin } from './plugin.ts';
import { type Redact, type Redaction, type RedactionRules, rulesOf } from './redact.ts';
import type { ChainRule, SamplingSettings } from './sampling-settings.ts';
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
  /**
   * Records run at once. Default: 10 for unordered sources, 1 for ordered ones. An ordered source keeps its order at any
   * number: FIFO queues within a message group, Kinesis and DynamoDB Streams within a key, Kafka within a partition.
   */
  readonly concurrency?: number | undefined;
  /**
   * Records that get a span of their own whatever becomes of them. Default: 1,000. Beyond it failed and slow ones still
   * get one; the rest are counted on the batch span. `Infinity` gives every record its span.
   */
  readonly maxRecordSpans?: number | undefined;
  /** What counts as slow beyond `maxRecordSpans`, in milliseconds. Default: 1,000. */
  readonly slowRecordMs?: number | undefined;
  /**
   * Whether a record's span is a child of the batch and links to its producer (`link`, default), or the other way round
   * (`parent`). As `parent` the producer decides whether the record is sampled.
   */
  readonly linkProducer?: 'link' | 'parent' | undefined;
  /**
   * Whether records are left alone that would start in the last 100 ms before Lambda ends the invocation. They count as
   * not done, so nothing is acknowledged unprocessed; with `report`, what is done need not be repeated. Default: `true`.
   */
  readonly skipOnDeadline?: boolean | undefined;
  /** How the keys of records appear on their spans: `hash` (default; the first 64 bits of SHA-256), `plain` or `omit`. */
  readonly messageKeys?: 'hash' | 'plain' | 'omit' | undefined;
  /** `maxReceiveCount` of the queue's redrive policy, so that the last attempt is told apart. Default: unknown. */
  readonly maxReceiveCount?: number | undefined;
}

/** Settings of one function; safe to hand to developers. */
export interface Settings {
  /** Attributes of every invocation span. */
  readonly attributes?: Attributes | undefined;
  readonly batch?: BatchSettings | undefined;
  /** Notices functions that call themselves: `loopGuard({ maxHops })` of `@tracelet/lambda/chain`. Default: nothing does. */
  readonly loopGuard?: ChainRule | undefined;
  readonly plugins?: readonly Plugin[] | undefined;
  /**
   * Whether the time that an event or the oldest record of a batch spent in its source gets a span of its own, `wait
   * <source>`, inferred from the source's timestamp. Default: `false`; the ages are attributes in either case.
   */
  readonly queueSpan?: boolean | undefined;
  /**
   * What must not leave the process in spans, logs and lines of tracelet's own, beside what never does: names, patterns, or
   * a function. What a function says is added to what the preset and `enforce` say, and counts for the process from then on.
   */
  readonly redact?: RedactionRules | undefined;
  /** Which invocations are worth their spans. Default: what `OTEL_TRACES_SAMPLER` says. */
  readonly sampling?: SamplingSettings | undefined;
  /** Triggers of your own, tried before the built-in ones. */
  readonly triggers?: readonly AnyTrigger[] | undefined;
}

/** Batch settings with nothing left open but what depends on the source. */
export interface ResolvedBatch extends Pick<BatchSettings, 'concurrency' | 'maxReceiveCount'> {
  readonly failures: 'throw' | 'report';
  readonly onAllFailed: 'throw' | 'report';
  readonly maxRecordSpans: number;
  readonly slowRecordMs: number;
  readonly linkProducer: 'link' | 'parent';
  readonly skipOnDeadline: boolean;
  readonly messageKeys: 'hash' | 'plain' | 'omit';
}

/** Settings with nothing left open. */
export interface ResolvedSettings {
  readonly attributes: Attributes;
  readonly batch: ResolvedBatch;
  readonly loopGuard?: ChainRule | undefined;
  readonly plugins: readonly Plugin[];
  readonly queueSpan: boolean;
  readonly redact: readonly (Redact | Redaction)[];
  readonly sampling?: SamplingSettings | undefined;
  readonly triggers: readonly AnyTrigger[];
}

/** What applies when nobody says anything. */
export const defaultSettings: ResolvedSettings = {
  attributes: {},
  batch: {
    failures: 'throw',
    onAllFailed: 'throw',
    maxRecordSpans: 1000,
    slowRecordMs: 1000,
    linkProducer: 'link',
    skipOnDeadline: true,
    messageKeys: 'hash',
  },
  plugins: [],
  queueSpan: false,
  redact: [],
  triggers: [],
};

/**
 * Merges layers of settings, weakest first. Attributes, batch settings and those of sampling merge by key, where
 * `undefined` says nothing; redaction, plugins, triggers and rules to drop add up, those of the stronger layer first.
 */
export function mergeSettings(...layers: readonly (Settings | undefined)[]): ResolvedSettings {
  return layers.reduce<ResolvedSettings>((below, layer) => {
    if (layer === undefined) return below;
    return {
      attributes: { ...below.attributes, ...known({ ...layer.attributes }) },
      batch: { ...below.batch, ...known({ ...layer.batch }) },
      loopGuard: layer.loopGuard ?? below.loopGuard,
      plugins: [...(layer.plugins ?? []), ...below.plugins],
      queueSpan: layer.queueSpan ?? below.queueSpan,
      redact: [...below.redact, ...rulesOf(layer.redact)],
      sampling: mergeSampling(below.sampling, layer.sampling),
      triggers: [...(layer.triggers ?? []), ...below.triggers],
    };
  }, defaultSettings);
}

function mergeSampling(
  below: SamplingSettings | undefined,
  layer: SamplingSettings | undefined,
): SamplingSettings | undefined {
  if (below === undefined || layer === undefined) return layer ?? below;
  return {
    ...mergeKnown(below, layer),
    keep: mergeKnown(below.keep, layer.keep),
    drop: [...(layer.drop ?? []), ...(below.drop ?? [])],
  };
}

function mergeKnown<T extends object>(below: T | undefined, layer: T | undefined): T | undefined {
  return below && layer ? { ...below, ...known({ ...layer }) } : (layer ?? below);
}
