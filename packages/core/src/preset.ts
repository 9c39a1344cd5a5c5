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
      attributes: { ...below.attributes, ...definedOnly(layer.attributes) },
      batch: { ...below.batch, ...(definedOnly(layer.batch) as Partial<ResolvedBatch>) },
      plugins: [...(layer.plugins ?? []), ...below.plugins],
      triggers: [...(layer.triggers ?? []), ...below.triggers],
    };
  }, defaultSettings);
}

/** What is wrong with a setting, and what would be right. */
interface Fault {
  readonly path: string;
  readonly remedy: string;
}

type Rules = Readonly<Record<string, { readonly fits: (value: unknown) => boolean; readonly expected: string }>>;

const SETTING_RULES: Rules = {
  attributes: { fits: isObject, expected: 'an object of attributes' },
  batch: { fits: isObject, expected: 'an object of batch settings' },
  plugins: { fits: Array.isArray, expected: 'a list of plugins' },
  triggers: { fits: Array.isArray, expected: 'a list of triggers' },
};
const THROW_OR_REPORT = {
  fits: (value: unknown) => value === 'throw' || value === 'report',
  expected: "'throw' or 'report'",
};
const BATCH_RULES: Rules = {
  failures: THROW_OR_REPORT,
  onAllFailed: THROW_OR_REPORT,
  concurrency: { fits: isCount, expected: 'a whole number from 1 on, or Infinity' },
  maxRecordSpans: {
    fits: (value) => value === 0 || isCount(value),
    expected: 'a whole number from 0 on, or Infinity',
  },
};

/**
 * Checks settings that come from code without types.
 *
 * @param where Names the place for the message, such as `lambda.with`.
 * @param keys Every key that may be there; those that are no {@link Settings} are the caller's to check.
 * @returns The settings, without what was wrong.
 * @throws {TraceletError} `bad_setting` outside Lambda. Inside Lambda the fault is said once and left out.
 */
export function checkSettings<T extends Settings>(
  settings: T,
  where: string,
  keys: readonly string[] = Object.keys(SETTING_RULES),
): T {
  if (!isObject(settings)) {
    report({ path: '', remedy: 'they have to be an object' }, `${where}: the settings are not usable`);
    return {} as T;
  }
  const faults: Fault[] = [];
  const rules = Object.fromEntries(keys.map((key) => [key, SETTING_RULES[key] ?? { fits: () => true, expected: '' }]));
  const good = keepGood(settings, rules, '', faults) as T;
  const batch = good.batch === undefined ? undefined : keepGood(good.batch, BATCH_RULES, 'batch.', faults);
  for (const fault of faults) report(fault, `${where}: the setting ${fault.path} is not usable`);
  return faults.length === 0 ? settings : { ...good, batch };
}

/** As {@link checkSettings}, for the options of one batch wrapper. */
export function checkBatch(batch: BatchSettings): BatchSettings {
  const faults: Fault[] = [];
  const good = keepGood(batch, BATCH_RULES, '', faults);
  for (const fault of faults) report(fault, `The batch option ${fault.path} is not usable`);
  return good;
}

/** The values that fit their rules; `undefined` says nothing and always fits. */
function keepGood(values: object, rules: Rules, prefix: string, faults: Fault[]): object {
  const good = Object.entries(values).filter(([key, value]) => {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule !== undefined && (value === undefined || rule.fits(value))) return true;
    const known = `known ones are ${Object.keys(rules).join(', ')}`;
    faults.push({ path: `${prefix}${key}`, remedy: rule === undefined ? known : `it has to be ${rule.expected}` });
    return false;
  });
  return Object.fromEntries(good);
}

/** Throws outside Lambda; says the fault once inside. */
function report({ path, remedy }: Fault, what: string): void {
  if (!inLambda()) throw new TraceletError('bad_setting', `${what}: ${remedy}.`);
  diagnose(path === '' ? 'bad_setting' : `bad_setting:${path}`, what, `Mend it: ${remedy}.`, 'error');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && (value === Infinity || (Number.isInteger(value) && value >= 1));
}

/** What was said: keys without a value are left out. */
function definedOnly<T extends object>(values: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>;
}
