import { type BatchTrigger, type DropRule, diagnose, type SettingsCheck, TraceletError } from '@tracelet/core';
import { inLambda } from './in-lambda.ts';

/** The version of the plugin contract: that of `PluginHost`. */
const CONTRACT = 1;

/** Judges one value: `true`, or what the value has to be instead. */
export type Rule = (value: unknown) => true | string;

/** A list, each item of which has to fit; inside Lambda those that do are kept. */
export type ListRule = readonly [item: Rule];

/** Rules by key; a key whose value has members of its own has rules in turn. */
export interface Rules {
  readonly [key: string]: Rule | ListRule | Rules;
}

/** Tells a plain object from lists and all else. */
export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** An object, whatever is in it. */
export const object: Rule = (value) => isObject(value) || 'an object';
/** A function. */
export const callable: Rule = (value) => typeof value === 'function' || 'a function';
/** A list, whatever is in it. */
export const list: Rule = (value) => Array.isArray(value) || 'a list';
/** One of some words. */
export const oneOf =
  (...allowed: readonly string[]): Rule =>
  (value) =>
    allowed.includes(value as string) || `one of ${allowed.join(', ')}`;
const throwOrReport = oneOf('throw', 'report');
/** A whole number that is not below the least. */
export const count =
  (least: number): Rule =>
  (value) =>
    value === Infinity ||
    (Number.isInteger(value) && Number(value) >= least) ||
    `a whole number from ${least} on, or Infinity`;

const plugin: Rule = (value) => {
  const { name, contract = CONTRACT } = Object(value) as { readonly name?: unknown; readonly contract?: unknown };
  if (typeof name !== 'string') return 'a plugin: an object with a name';
  const fits = contract === CONTRACT;
  return (
    fits ||
    `a plugin of contract ${CONTRACT}; ${name} is of ${contract}: update @tracelet/lambda, or take an older ${name}`
  );
};
const trigger: Rule = (value) =>
  typeof (Object(value) as { readonly matches?: unknown }).matches === 'function' ||
  'a trigger, as defineTrigger makes it';

const flag: Rule = (value) => typeof value === 'boolean' || 'true or false';

const batchRules: Rules = {
  failures: throwOrReport,
  onAllFailed: throwOrReport,
  concurrency: count(1),
  maxRecordSpans: count(0),
  slowRecordMs: count(0),
  linkProducer: oneOf('link', 'parent'),
  skipOnDeadline: flag,
  messageKeys: oneOf('hash', 'plain', 'omit'),
  maxReceiveCount: count(1),
};

const ratio: Rule = (value) => (typeof value === 'number' && value >= 0 && value <= 1) || 'a number from 0 to 1';
const httpStatus: Rule = (value) =>
  [value].flat().every((one) => Number.isInteger(one)) || 'a status code, or a list of them';
const token: Rule = (value) => (typeof value === 'string' && value.length >= 16) || 'a text of 16 characters or more';
/** A rule that says nothing would drop everything. */
const dropRule: Rule = (value) => {
  const { matches, route, trigger, ...unknown } = Object(value) as DropRule;
  const fits =
    isObject(value) &&
    Object.keys(unknown).length === 0 &&
    (trigger ?? route ?? matches) !== undefined &&
    ['undefined', 'string'].includes(typeof trigger) &&
    (['undefined', 'string'].includes(typeof route) || route instanceof RegExp) &&
    ['undefined', 'function'].includes(typeof matches);
  return fits || 'an object with a trigger (a text), a route (a text or a pattern) or matches (a function)';
};

/** What the settings of sampling may be. */
export const samplingRules: Rules = {
  ratio,
  keep: { faults: flag, coldStarts: flag, slowerThanMs: count(0), httpStatus, partialFailures: flag },
  logs: oneOf('all', 'kept'),
  drop: [dropRule],
  debug: { token, trustHttp: flag },
};

/** What the log settings of a preset may be. */
export const logRules: Rules = {
  level: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
  destination: oneOf('stdout', 'otlp', 'both'),
  correlationId: object,
};

/** What the settings of one function may be. */
export const settingRules: Rules = {
  attributes: object,
  batch: batchRules,
  loopGuard: { maxHops: count(1), trustHttp: flag },
  plugins: [plugin],
  queueSpan: flag,
  sampling: samplingRules,
  triggers: [trigger],
};

/** What the options of one batch wrapper may be. */
const batchOptionRules: Rules = {
  ...batchRules,
  parse: callable,
  idempotencyKey: callable,
  carrier: callable,
};

/** The checks of what one function says, for `.with` and for batch wrappers. */
export const functionCheck: SettingsCheck = {
  settings: (settings, where) => checkSettings(settings, where, settingRules),
  batch: (options, where) => checkSettings(options, where, batchOptionRules),
};

/**
 * Checks settings that come from code without types; `undefined` says nothing and always fits.
 *
 * @param where Names the place for the message, such as `lambda.with`.
 * @returns The settings, without what was wrong.
 * @throws {TraceletError} `bad_setting` outside Lambda. Inside Lambda the fault is said once and left out.
 */
export function checkSettings<T extends object>(settings: T, where: string, rules: Rules, path = ''): T {
  const good: Record<string, unknown> = {};
  if (!isObject(settings)) report(where, path, 'it has to be an object');
  else {
    for (const [key, value] of Object.entries(settings)) {
      const at = path === '' ? key : `${path}.${key}`;
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
      const verdict = typeof rule === 'function' ? value === undefined || rule(value) : rule !== undefined;
      if (verdict === false) report(where, at, `known ones are ${Object.keys(rules).join(', ')}`);
      else if (verdict !== true) report(where, at, `it has to be ${verdict}`);
      else good[key] = typeof rule === 'object' && value !== undefined ? checkMembers(value, where, rule, at) : value;
    }
  }
  return good as T;
}

function checkMembers(value: unknown, where: string, rule: Rules | ListRule, at: string): unknown {
  if (!isListRule(rule)) return checkSettings(value as object, where, rule, at);
  const verdict = list(value);
  if (verdict !== true) report(where, at, `it has to be ${verdict}`);
  else {
    return (value as readonly unknown[]).filter((item, index) => {
      const fits = rule[0](item);
      if (fits !== true) report(where, `${at}[${index}]`, `it has to be ${fits}`);
      return fits === true;
    });
  }
  return undefined;
}

function isListRule(rule: Rules | ListRule): rule is ListRule {
  return Array.isArray(rule);
}

/** Throws outside Lambda; says the fault once inside. */
export function report(where: string, path: string, remedy: string): void {
  const what = `${where}: ${path === '' ? 'what it was given' : `the setting ${path}`} is not usable`;
  if (!inLambda()) throw new TraceletError('bad_setting', `${what}: ${remedy}.`);
  diagnose(path === '' ? 'bad_setting' : `bad_setting:${path}`, what, `Mend it: ${remedy}.`, 'error');
}
