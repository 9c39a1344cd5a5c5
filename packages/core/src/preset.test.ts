import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSettings, settingRules } from './check-settings.ts';
import type { BatchSettings, Settings } from './preset.ts';
import { mergeSettings } from './preset.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

const plugin = (name: string) => ({ name });
const trigger = (id: string) => ({ id, matches: () => false });

beforeEach(() => shared().troubles.clear());
afterEach(() => vi.unstubAllEnvs());

it('merges settings, weakest first: attributes and batch by key, plugins and triggers together', () => {
  const [a, b] = [plugin('a'), plugin('b')];
  const [s, t] = [trigger('s'), trigger('t')];
  const weak: Settings = {
    attributes: { team: 'shop', tier: 1 },
    batch: { failures: 'report', concurrency: 2 },
    plugins: [a],
    triggers: [s],
  };
  const strong: Settings = {
    attributes: { tier: 2, team: undefined },
    batch: { concurrency: 5, failures: undefined },
    plugins: [b],
    triggers: [t],
  };
  expect(mergeSettings(weak, undefined, {}, strong)).toEqual({
    attributes: { team: 'shop', tier: 2 },
    batch: { failures: 'report', onAllFailed: 'throw', maxRecordSpans: 1000, concurrency: 5 },
    plugins: [b, a],
    triggers: [t, s],
  });
});

it('lets the function override the process, and neither override what stands above', async () => {
  const settings: Settings = { attributes: { from: 'process', team: 'shop' }, batch: { failures: 'report' } };
  const { lambda, spans } = recorder({
    settings,
    above: [{ attributes: { from: 'above' } }, { batch: { failures: 'throw' } }],
  });
  const mine = lambda.with({ attributes: { from: 'function', team: 'cart' }, batch: { failures: 'report' } });
  const each = ({ messageId }: { messageId: string }) => (messageId === 'm1' ? Promise.reject(null) : undefined);
  expect(await settled(mine.sqs({ failures: 'report' }, each)(sqsEvent, fakeContext()))).toMatchObject({
    error: { failedIds: ['m1'] },
  });
  expect(spans().at(-1)?.attributes).toMatchObject({ from: 'above', team: 'cart' });
});

it('keeps every setting that is right', () => {
  const settings: Settings = {
    attributes: {},
    batch: { concurrency: Infinity, maxRecordSpans: 0 },
    plugins: undefined,
  };
  expect(checkSettings(settings, 'lambda.with')).toEqual(settings);
});

const KNOWN = 'known ones are failures, onAllFailed, concurrency, maxRecordSpans';
const wrongSettings: readonly (readonly [unknown, string, string])[] = [
  [{ colour: 'red' }, 'colour', 'known ones are attributes, batch, plugins, triggers'],
  [{ constructor: 1 }, 'constructor', 'known ones are attributes, batch, plugins, triggers'],
  [{ attributes: [] }, 'attributes', 'it has to be an object'],
  [{ batch: 'report' }, 'batch', 'it has to be an object'],
  [{ plugins: {} }, 'plugins', 'it has to be a list'],
  [{ triggers: null }, 'triggers', 'it has to be a list'],
  [{ batch: { failures: 'ignore' } }, 'batch.failures', "it has to be 'throw' or 'report'"],
  [{ batch: { constructor: 1 } }, 'batch.constructor', KNOWN],
];

describe.each(wrongSettings)('lambda.with(%j)', (settings, path, remedy) => {
  const message = `lambda.with: the setting ${path} is not usable`;

  it('throws outside Lambda', () => {
    expect(() => recorder().lambda.with(settings as Settings)).toThrow(`[bad_setting] ${message}: ${remedy}.`);
  });

  it('says the fault once inside Lambda and leaves it out', async () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
    const { lambda } = recorder();
    const lines = await printed(async () => {
      const wrapped = [lambda.with(settings as Settings), lambda.with(settings as Settings)];
      for (const one of wrapped) expect(await one(async () => 'done')('e', fakeContext())).toBe('done');
    });
    expect(lines).toEqual([
      { level: 'ERROR', message: `tracelet: ${message}`, code: `bad_setting:${path}`, remedy: `Mend it: ${remedy}.` },
    ]);
  });
});

it.each([null, undefined, 'report', []])('takes %j for no settings', async (settings) => {
  const { lambda } = recorder();
  expect(() => invoke(lambda.with, settings)).toThrow(
    '[bad_setting] lambda.with: what it was given is not usable: it has to be an object.',
  );
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  const lines = await printed(() => invoke(lambda.with, settings));
  expect(lines).toMatchObject([{ code: 'bad_setting', level: 'ERROR' }]);
});

it.each([
  [{ concurrency: 0 }, 'concurrency', 'it has to be a whole number from 1 on, or Infinity'],
  [{ concurrency: 1.5 }, 'concurrency', 'it has to be a whole number from 1 on, or Infinity'],
  [{ maxRecordSpans: '5' }, 'maxRecordSpans', 'it has to be a whole number from 0 on, or Infinity'],
  [{ onAllFailed: true }, 'onAllFailed', "it has to be 'throw' or 'report'"],
  [{ toString: 1 }, 'toString', `${KNOWN}, parse`],
  [{ parse: 'json' }, 'parse', 'it has to be a function'],
])('refuses the batch options %j outside Lambda, and leaves them out inside', async (options, path, remedy) => {
  const { lambda } = recorder();
  const wrap = () => lambda.sqs(options as BatchSettings, () => {});
  expect(wrap).toThrow(`[bad_setting] The batch wrapper of sqs: the setting ${path} is not usable: ${remedy}.`);
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  const lines = await printed(async () => expect(await wrap()(sqsEvent, fakeContext())).toBeUndefined());
  expect(lines).toMatchObject([{ code: `bad_setting:${path}`, level: 'ERROR' }]);
});

it('checks a preset by rules of its own, however deep', () => {
  const rules = { ...settingRules, service: () => true as const, enforce: settingRules };
  const check = (preset: object) => checkSettings(preset, 'defineLambda', rules);
  const preset = { service: 7, batch: { failures: 'throw' }, enforce: { batch: { concurrency: 1 } } };
  expect(check(preset)).toEqual(preset);
  expect(() => check({ enforce: null })).toThrow('the setting enforce is not usable: it has to be an object.');
  expect(() => check({ enforce: { batch: { concurrency: 0 } } })).toThrow('enforce.batch.concurrency is not usable');
});
