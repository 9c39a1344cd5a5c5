import { isDeepStrictEqual } from 'node:util';
import type { LogSettings, Settings } from '@tracelet/core';
import type { InstrumentationEntry } from '@tracelet/instrument';
import type { ProcessOptions } from '@tracelet/sdk';
import {
  attributeRules,
  callable,
  checkSettings,
  count,
  isObject,
  list,
  logRules,
  object,
  oneOf,
  type Rule,
  type Rules,
  report,
  samplingRules,
  settingRules,
  word,
} from './check-settings.ts';

/**
 * What a platform team decides for every function of a company: settings that functions may add to, how the process
 * exports, and what nobody overrides. Precedence: `enforce`, then the environment, then the preset, then what is
 * detected.
 */
export interface Preset extends Settings, ProcessOptions {
  /** How the process logs. */
  readonly logs?: LogSettings | undefined;
  /**
   * OpenTelemetry instrumentations to register against the provider, each alone or with the modules that it is to patch:
   * `[new PgInstrumentation(), { pg }]` works in a bundle and in ES modules as well.
   */
  readonly instrumentations?: readonly InstrumentationEntry[] | undefined;
  readonly enforce?: Enforced | undefined;
}

/** What neither code nor environment overrides. */
export interface Enforced
  extends Pick<Settings, 'attributes' | 'batch' | 'redact' | 'sampling'>,
    Pick<ProcessOptions, 'resource' | 'identity' | 'exporter' | 'xray'> {
  /**
   * Names of attributes that every function has to give, in the preset or by `.with({ attributes })`. Wrapping a handler
   * without one is a `TraceletError` outside Lambda, and one line inside.
   */
  readonly require?: readonly string[] | undefined;
}

const url: Rule = (value) =>
  (typeof value === 'string' && /^https?:/.test(value) && URL.canParse(value)) || 'an http or https address';
const headers: Rule = (value) => callable(value) === true || { '*': word };
const otlpRules: Rules = {
  url,
  headers,
  sign: callable,
  encoding: oneOf('protobuf', 'json'),
  compression: oneOf('none', 'gzip'),
};
const exporter: Rule = (value) => {
  if (!isObject(value)) return ['stdout', 'xray', 'none'].includes(value as string) || EXPORTERS;
  return 'export' in value ? callable(value.export) === true || EXPORTERS : otlpRules;
};
const EXPORTERS = 'an OTLP endpoint, a SpanExporter, or one of stdout, xray, none';
const variable: Rule = (value) =>
  [value].flat().every((name) => typeof name === 'string' && name !== '') ||
  'the name of an environment variable, or a list of names';
const host: Rule = (value) => typeof value === 'string' || value instanceof RegExp || 'a host, or a pattern of hosts';
const processRules: Rules = {
  resource: attributeRules,
  identity: { '*': variable },
  exporter,
  xray: oneOf('ignore', 'link', 'parent-if-sampled', 'parent'),
};

const kinds: readonly string[] = ['datasource', 'http', 'pubsub', 'timer', 'other'];
const trustRemote: Rule = (value) => {
  const byKind = Object.entries(typeof value === 'object' && value !== null ? value : { http: value });
  const fits = byKind.every(([kind, one]) => kinds.includes(kind) && [undefined, 'parent', 'link'].includes(one));
  return fits || `parent or link, or an object with one of them for any of ${kinds.join(', ')}`;
};

/** What a preset may be, for the check of presets that come without types. */
export const presetRules: Rules = {
  ...settingRules,
  ...processRules,
  service: { name: word, namespace: word, version: word },
  provider: object,
  flush: {
    mode: oneOf('after-response', 'before-response'),
    timeoutMs: count(0),
    deadlineMarginMs: count(0),
  },
  propagateTo: [host],
  trustRemote,
  propagators: list,
  instrumentations: list,
  logs: logRules,
  enforce: {
    attributes: attributeRules,
    batch: settingRules.batch as Rules,
    sampling: samplingRules,
    ...processRules,
    redact: settingRules.redact as Rule,
    require: [word],
  },
};

/**
 * Checks a preset, which may come from code without types.
 *
 * @returns The preset, without what was wrong.
 * @throws {TraceletError} `bad_setting` outside Lambda. Inside Lambda the fault is said once and left out.
 */
export function checkPreset(preset: Preset): Preset {
  const checked = checkSettings(preset, WHERE, presetRules);
  const { provider, ...rest } = checked;
  const exporter = rest.enforce?.exporter ?? rest.exporter;
  if (provider !== undefined && exporter !== undefined) {
    report(WHERE, 'provider', 'leave it or the exporter out, a provider brings its own');
    return rest;
  }
  const { destination = 'stdout', ...logs } = checked.logs ?? {};
  if (exporter !== 'none' || destination === 'stdout') return checked;
  report(WHERE, 'logs.destination', 'leave it or the exporter none out, which is for log lines as well');
  return { ...checked, logs };
}

/** Says which of the attributes that every function has to give are missing. */
export function requireAttributes(given: object, names: readonly string[] = []): void {
  for (const name of names) {
    if (!Object.hasOwn(given, name)) report(WITH, `attributes.${name}`, 'the preset requires it of every function');
  }
}

/** Says where the preset that the process was built from differs in what both enforce of the process. */
export function sayDisagreement(first: Preset, second: Preset): void {
  const present = ofProcess(first);
  for (const [key, wanted] of Object.entries(ofProcess(second))) {
    if (wanted === undefined || isDeepStrictEqual(wanted, present[key])) continue;
    report(WHERE, `enforce.${key}`, 'the process was built from another preset that does not say so: use one of them');
  }
}

/** What is enforced of the process, which is built once; the rest is each function's own. */
function ofProcess({ enforce = {} }: Preset): Readonly<Record<string, unknown>> {
  const { exporter, identity, resource, sampling, xray } = enforce;
  return { resource, identity, exporter, xray, 'sampling.ratio': sampling?.ratio };
}

const WHERE = 'defineLambda';
const WITH = 'lambda.with';
