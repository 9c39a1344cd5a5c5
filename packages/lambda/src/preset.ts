import type { Settings } from '@tracelet/core';
import type { ProcessOptions } from '@tracelet/sdk';

/**
 * What a platform team decides for every function of a company: settings that functions may add to, how the process
 * exports, and what nobody overrides. Precedence: `enforce`, then the environment, then the preset, then what is
 * detected.
 */
export interface Preset extends Settings, ProcessOptions {
  readonly enforce?: Enforced | undefined;
}

/** What neither code nor environment overrides. */
export interface Enforced
  extends Pick<Settings, 'attributes' | 'batch'>,
    Pick<ProcessOptions, 'resource' | 'exporter' | 'xray'> {}

/** Names of a preset's members, for the check of presets that come without types. */
export const PRESET_KEYS: readonly string[] = [
  'attributes',
  'batch',
  'plugins',
  'triggers',
  'service',
  'resource',
  'exporter',
  'provider',
  'xray',
  'flush',
  'propagateTo',
  'trustRemote',
  'enforce',
];
