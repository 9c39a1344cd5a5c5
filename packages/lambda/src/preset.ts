import type { LogSettings, Redact, Settings } from '@tracelet/core';
import type { ProcessOptions } from '@tracelet/sdk';
import { callable, logRules, type Rule, type Rules, settingRules } from './check-settings.ts';

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
  readonly enforce?: Enforced | undefined;
}

/** What neither code nor environment overrides. */
export interface Enforced
  extends Pick<Settings, 'attributes' | 'batch'>,
    Pick<ProcessOptions, 'resource' | 'exporter' | 'xray'> {}

const anything: Rule = () => true;
const processRules: Rules = { resource: anything, exporter: anything, xray: anything };

/** What a preset may be, for the check of presets that come without types. */
export const presetRules: Rules = {
  ...settingRules,
  ...processRules,
  service: anything,
  provider: anything,
  flush: anything,
  propagateTo: anything,
  trustRemote: anything,
  logs: logRules,
  redact: callable,
  enforce: {
    attributes: settingRules.attributes as Rule,
    batch: settingRules.batch as Rules,
    ...processRules,
  },
};
