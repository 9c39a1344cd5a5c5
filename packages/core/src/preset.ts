import type { Attributes } from '@opentelemetry/api';
import { diagnose } from './diagnose.ts';
import { TraceletError } from './errors.ts';
import type { Plugin } from './plugin.ts';
import { inLambda } from './shared.ts';
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
      attributes: { ...below.attributes, ...layer.attributes },
      batch: { ...below.batch, ...definedOnly(layer.batch) },
      plugins: [...(layer.plugins ?? []), ...below.plugins],
      triggers: [...(layer.triggers ?? []), ...below.triggers],
    };
  }, defaultSettings);
}

const SETTING_KEYS: readonly string[] = ['attributes', 'batch', 'plugins', 'triggers'];
const BATCH_RULES: Readonly<Record<string, (value: unknown) => boolean>> = {
  failures: (value) => value === 'throw' || value === 'report',
  onAllFailed: (value) => value === 'throw' || value === 'report',
  concurrency: (value) => isCount(value),
  maxRecordSpans: (value) => value === 0 || isCount(value),
};

/**
 * Checks settings that come from code without types.
 *
 * @param where Names the place for the message, such as `lambda.with`.
 * @returns The settings, without what was wrong.
 * @throws {TraceletError} `bad_setting` outside Lambda. Inside Lambda the fault is said once and left out.
 */
export function checkSettings<T extends Settings>(
  settings: T,
  where: string,
  keys: readonly string[] = SETTING_KEYS,
): T {
  const faults = Object.keys(settings)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ path: key, remedy: `known settings are ${keys.join(', ')}` }));
  const batch = checkBatch(settings.batch ?? {}, faults);
  for (const { path, remedy } of faults) report(`${where}: the setting ${path} is not usable`, remedy);
  return faults.length === 0 ? settings : { ...settings, batch };
}

/** As {@link checkSettings}, for the options of one batch wrapper. */
export function checkBatch(batch: BatchSettings, faults?: { path: string; remedy: string }[]): BatchSettings {
  const found = faults ?? [];
  const good = Object.entries(batch).filter(([key, value]) => {
    const rule = BATCH_RULES[key];
    if (rule !== undefined && (value === undefined || rule(value))) return true;
    const remedy =
      rule === undefined ? `known ones are ${Object.keys(BATCH_RULES).join(', ')}` : `it cannot be ${String(value)}`;
    found.push({ path: `batch.${key}`, remedy });
    return false;
  });
  if (faults === undefined)
    for (const { path, remedy } of found) report(`The batch option ${path} is not usable`, remedy);
  return Object.fromEntries(good);
}

/** Throws outside Lambda; says the fault once inside. */
function report(what: string, remedy: string): void {
  if (!inLambda()) throw new TraceletError('bad_setting', `${what}: ${remedy}.`);
  diagnose('bad_setting', what, remedy, 'error');
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && (value === Infinity || (Number.isInteger(value) && value >= 1));
}

/** What was said: keys without a value are left out. */
function definedOnly(values: BatchSettings | undefined): Partial<ResolvedBatch> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined));
}
