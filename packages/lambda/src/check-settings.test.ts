import { type BatchSettings, createLambda, idlePipeline, type Settings, shared } from '@tracelet/core';
import { events, fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSettings, functionCheck, settingRules } from './check-settings.ts';

const lambda = createLambda({ pipeline: idlePipeline, settings: {}, above: () => [], check: functionCheck });
const event = events.sqs([{ body: 'order' }]);

/** What one call printed on stdout, line by line, without timestamps. */
async function printed(fn: () => unknown): Promise<readonly unknown[]> {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  await Promise.resolve()
    .then(fn)
    .finally(() => spy.mockRestore());
  return lines.map((line) => {
    const { timestamp: _, ...rest } = JSON.parse(line) as Record<string, unknown>;
    return rest;
  });
}

beforeEach(() => shared().troubles.clear());
afterEach(() => vi.unstubAllEnvs());

it('keeps every setting that is right', () => {
  const settings: Settings = {
    attributes: {},
    batch: { concurrency: Infinity, maxRecordSpans: 0 },
    plugins: undefined,
    queueSpan: false,
  };
  expect(checkSettings(settings, 'lambda.with', settingRules)).toEqual(settings);
});

const KNOWN =
  'known ones are failures, onAllFailed, concurrency, maxRecordSpans, slowRecordMs, linkProducer, skipOnDeadline, messageKeys, maxReceiveCount';
const KNOWN_HERE = `known ones are ${Object.keys(settingRules).join(', ')}`;
const wrongSettings: readonly (readonly [unknown, string, string])[] = [
  [{ colour: 'red' }, 'colour', KNOWN_HERE],
  [{ constructor: 1 }, 'constructor', KNOWN_HERE],
  [{ attributes: [] }, 'attributes', 'it has to be an object'],
  [{ batch: 'report' }, 'batch', 'it has to be an object'],
  [{ plugins: {} }, 'plugins', 'it has to be a list'],
  [{ triggers: null }, 'triggers', 'it has to be a list'],
  [{ queueSpan: 'yes' }, 'queueSpan', 'it has to be true or false'],
  [{ batch: { failures: 'ignore' } }, 'batch.failures', 'it has to be one of throw, report'],
  [{ batch: { constructor: 1 } }, 'batch.constructor', KNOWN],
];

describe.each(wrongSettings)('lambda.with(%j)', (settings, path, remedy) => {
  const message = `lambda.with: the setting ${path} is not usable`;

  it('throws outside Lambda', () => {
    expect(() => lambda.with(settings as Settings)).toThrow(`[bad_setting] ${message}: ${remedy}.`);
  });

  it('says the fault once inside Lambda and leaves it out', async () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
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
  expect(() => lambda.with(settings as unknown as Settings)).toThrow(
    '[bad_setting] lambda.with: what it was given is not usable: it has to be an object.',
  );
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  const lines = await printed(() => lambda.with(settings as unknown as Settings));
  expect(lines).toMatchObject([{ code: 'bad_setting', level: 'ERROR' }]);
});

it.each([
  [{ concurrency: 0 }, 'concurrency', 'it has to be a whole number from 1 on, or Infinity'],
  [{ concurrency: 1.5 }, 'concurrency', 'it has to be a whole number from 1 on, or Infinity'],
  [{ maxRecordSpans: '5' }, 'maxRecordSpans', 'it has to be a whole number from 0 on, or Infinity'],
  [{ onAllFailed: true }, 'onAllFailed', 'it has to be one of throw, report'],
  [{ toString: 1 }, 'toString', `${KNOWN}, parse, idempotencyKey, carrier`],
  [{ parse: 'json' }, 'parse', 'it has to be a function'],
])('refuses the batch options %j outside Lambda, and leaves them out inside', async (options, path, remedy) => {
  const wrap = () => lambda.sqs(options as BatchSettings, () => {});
  expect(wrap).toThrow(`[bad_setting] The batch wrapper of sqs: the setting ${path} is not usable: ${remedy}.`);
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  const lines = await printed(async () => expect(await wrap()(event, fakeContext())).toBeUndefined());
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

const good = { name: 'good', contract: 1 };
const trigger = { id: 't', matches: () => false };

it.each([
  [{ plugins: [null] }, 'plugins[0]', 'it has to be a plugin: an object with a name'],
  [
    { plugins: [good, { name: 'new', contract: 2 }] },
    'plugins[1]',
    'it has to be a plugin of contract 1; new is of 2: update @tracelet/lambda, or take an older new',
  ],
  [{ triggers: [trigger, {}] }, 'triggers[1]', 'it has to be a trigger, as defineTrigger makes it'],
])('refuses an item of the list in %j outside Lambda, and leaves it out inside', async (settings, path, remedy) => {
  const check = (): Settings => checkSettings(settings as Settings, 'lambda.with', settingRules);
  const what = `lambda.with: the setting ${path} is not usable`;
  expect(check).toThrow(`[bad_setting] ${what}: ${remedy}.`);
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  let left: Settings = {};
  const lines = await printed(() => {
    left = check();
  });
  const [[key, items] = []] = Object.entries(settings);
  expect(left).toEqual({ [String(key)]: (items as unknown[]).slice(0, -1) });
  const says = { level: 'ERROR', message: `tracelet: ${what}`, code: `bad_setting:${path}` };
  expect(lines).toEqual([{ ...says, remedy: `Mend it: ${remedy}.` }]);
});

it('takes a list of good items as it is', () => {
  const settings = { plugins: [good], triggers: [trigger] };
  expect(checkSettings(settings, 'lambda.with', settingRules)).toEqual(settings);
});
