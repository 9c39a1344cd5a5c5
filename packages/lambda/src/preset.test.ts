import { expect, it } from 'vitest';
import { checkSettings } from './check-settings.ts';
import { presetRules } from './preset.ts';

const check = (preset: object): object => checkSettings(preset, 'defineLambda', presetRules);

it.each([
  { trustRemote: 'link' },
  { trustRemote: { http: 'link', pubsub: 'parent', timer: undefined } },
  { trustRemote: {} },
  { propagators: [] },
])('takes %j', (preset) => {
  expect(check(preset)).toEqual(preset);
});

it.each([
  { trustRemote: 'Link' },
  { trustRemote: null },
  { trustRemote: ['link'] },
  { trustRemote: { http: 'none' } },
  { trustRemote: { sqs: 'link' } },
])('refuses %j, and says what trustRemote has to be', (preset) => {
  expect(() => check(preset)).toThrow(
    '[bad_setting] defineLambda: the setting trustRemote is not usable: it has to be parent or link, or an object with ' +
      'one of them for any of datasource, http, pubsub, timer, other.',
  );
});

it('refuses propagators that are no list', () => {
  expect(() => check({ propagators: {} })).toThrow('the setting propagators is not usable: it has to be a list.');
});
