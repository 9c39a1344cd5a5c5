import { type BatchTrigger, diagnose, type SettingsCheck, TraceletError } from '@tracelet/core';
import { inLambda } from './in-lambda.ts';
import { redaction } from './redaction-rule.ts';

/** The version of the plugin contract: that of `PluginHost`. */
const CONTRACT = 1;

/** Judges one value: `true`, what the value has to be instead, or rules for its members. */
export interface Rule {
  (value: unknown): true | string | Rules;
  /** Stands inside Lambda for what does not fit. Default: it is left out. */
  readonly fallback?: unknown;
}

/** A list, each item of which has to fit; inside Lambda those that do are kept. */
export type ListRule = readonly [item: Rule];

/** Rules by key, `*` for every other one; a key whose value has members of its own has rules in turn. */
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
/** A text, which may be empty. */
export const word: Rule = (value) => typeof value === 'string' || 'a text';
/** Attributes, as OpenTelemetry takes them. */
export const attributeRules: Rules = {
  '*': (value) => isAttribute(value, []) || 'a text, a number, true or false, or a list or a map of them',
};
/** Maps and lists are followed down to where a cycle begins. */
function isAttribute(value: unknown, above: readonly unknown[]): boolean {
  if (typeof value !== 'object') return ['string', 'number', 'boolean', 'undefined'].includes(typeof value);
  if (value === null || value instanceof Uint8Array) return true;
  return !above.includes(value) && Object.values(value).every((one) => isAttribute(one, [...above, value]));
}
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
const chainRule =
  (maker: string): Rule =>
  (value) =>
    typeof value === 'function' || `what ${maker}() of @tracelet/lambda/chain gives`;
const dropParts: Readonly<Record<string, Rule>> = {
  trigger: word,
  route: (value) => value instanceof RegExp || word(value),
  matches: callable,
};
/** A rule that says nothing would drop everything. */
const dropRule: Rule = (value) => {
  const said = Object.entries(Object(value)).filter(([, part]) => part !== undefined);
  const fits = said.length > 0 && said.every(([key, part]) => dropParts[key]?.(part) === true);
  return fits || 'an object with a trigger (a text), a route (a text or a pattern) or matches (a function)';
};

/** What the settings of sampling may be. */
export const samplingRules: Rules = {
  ratio,
  keep: { faults: flag, coldStarts: flag, slowerThanMs: count(0), httpStatus, partialFailures: flag },
  logs: oneOf('all', 'kept'),
  drop: [dropRule],
  debug: chainRule('debugOnDemand'),
};

/** What the log settings of a preset may be. */
export const logRules: Rules = {
  level: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
  destination: oneOf('stdout', 'otlp', 'both'),
  correlationId: object,
};

/** What the settings of one function may be. */
export const settingRules: Rules = {
  attributes: attributeRules,
  batch: batchRules,
  loopGuard: chainRule('loopGuard'),
  plugins: [plugin],
  queueSpan: flag,
  redact: redaction,
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

/** Of a source that takes no partial response. */
const throwOnlyRules: Rules = {
  ...batchOptionRules,
  failures: (value) => value === 'throw' || 'throw, because the source takes no partial response',
};

const nothing: Rule = () => 'left out, because the source takes an answer for each record';

/** Of a source that takes an answer for each record. */
const answerRules: Rules = { ...batchOptionRules, failures: nothing, onAllFailed: nothing };

/** The checks of what one function says, for `.with` and for batch wrappers. */
export const functionCheck: SettingsCheck = {
  settings: (settings, where) => checkSettings(settings, where, settingRules),
  batch: (options, where, trigger) => {
    const { records } = trigger as Partial<BatchTrigger<unknown, unknown, unknown>>;
    const rules = records?.respond ? batchOptionRules : records?.answer ? answerRules : throwOnlyRules;
    return checkSettings(options, where, rules);
  },
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
  for (const [key, value] of entriesOf(settings, where, path)) {
    const at = path === '' ? key : `${path}.${key}`;
    const rule = Object.hasOwn(rules, key) ? rules[key] : rules['*'];
    if (rule === undefined) report(where, at, `known ones are ${Object.keys(rules).join(', ')}`);
    else {
      const checked = value === undefined ? value : checkValue(value, where, rule, at);
      if (checked !== undefined || value === undefined) good[key] = checked;
    }
  }
  return good as T;
}

function checkValue(value: unknown, where: string, rule: Rule | ListRule | Rules, at: string): unknown {
  const verdict = typeof rule === 'function' ? judge(rule, value) : rule;
  if (verdict === true) return value;
  if (typeof verdict === 'string') {
    report(where, at, `it has to be ${verdict}`);
    return (rule as Rule).fallback;
  }
  if (!isListRule(verdict)) return checkSettings(value as object, where, verdict, at);
  if (list(value) !== true) report(where, at, `it has to be ${list(value)}`);
  else {
    return (value as readonly unknown[]).filter((item, index) => {
      const fits = judge(verdict[0], item);
      if (fits !== true) report(where, `${at}[${index}]`, `it has to be ${fits}`);
      return fits === true;
    });
  }
  return undefined;
}

/** What cannot even be looked at fits nothing. */
function judge(rule: Rule, value: unknown): ReturnType<Rule> {
  try {
    return rule(value);
  } catch {
    return 'a value that can be read';
  }
}

function entriesOf(settings: object, where: string, path: string): readonly (readonly [string, unknown])[] {
  let entries: readonly (readonly [string, unknown])[] | undefined;
  try {
    if (isObject(settings)) entries = Object.entries(settings);
  } catch {
    // A getter that throws, or a revoked Proxy.
  }
  if (entries === undefined)
    report(where, path, `it has to be an object${isObject(settings) ? ' that can be read' : ''}`);
  return entries ?? [];
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
