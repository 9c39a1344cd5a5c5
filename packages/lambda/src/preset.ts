import type { LogSettings, Redact, Settings } from '@tracelet/core';
import type { InstrumentationEntry } from '@tracelet/instrument';
import type { ProcessOptions } from '@tracelet/sdk';
import { callable, list, logRules, type Rule, type Rules, settingRules } from './check-settings.ts';

/**
 * What a platform team decides for every function of a company: settings that functions may add to, how the process
 * exports, and what nobody overrides. Precedence: `enforce`, then the environment, then the preset, then what is
 * detected.
 */
export interface Preset extends Settings, ProcessOptions {
  /** How the process logs. */
  readonly logs?: LogSettings | undefined;
  /**
   * What may leave the process in the place of each value of a log line, beside the keys that always name a secret. What
   * it throws for is left out.
   */
  readonly redact?: Redact | undefined;
  /**
   * OpenTelemetry instrumentations to register against the provider, each alone or with the modules that it is to patch:
   * `[new PgInstrumentation(), { pg }]` works in a bundle and in ES modules as well.
   */
  readonly instrumentations?: readonly InstrumentationEntry[] | undefined;
  readonly enforce?: Enforced | undefined;
}

/** What neither code nor environment overrides. */
export interface Enforced
  extends Pick<Settings, 'attributes' | 'batch'>,
    Pick<ProcessOptions, 'resource' | 'exporter' | 'xray'> {}

const anything: Rule = () => true;
const processRules: Rules = { resource: anything, exporter: anything, xray: anything };

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
  service: anything,
  provider: anything,
  flush: anything,
  propagateTo: anything,
  trustRemote,
  propagators: list,
  instrumentations: list,
  logs: logRules,
  redact: callable,
  enforce: {
    attributes: settingRules.attributes as Rule,
    batch: settingRules.batch as Rules,
    ...processRules,
  },
};
