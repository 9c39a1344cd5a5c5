import { shared } from '@tracelet/core';
import { events, fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkSettings } from './check-settings.ts';
import { defineLambda, type Preset } from './index.ts';
import { checkPreset, presetRules } from './preset.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;
const enforceCycle: { enforce?: unknown } = {};
enforceCycle.enforce = enforceCycle;
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const throwing = {
  get url(): never {
    throw new Error('no');
  },
};
const VALUE = 'it has to be a text, a number, true or false, or a list or a map of them';
const VARIABLE = 'it has to be the name of an environment variable, or a list of names';
const EXPORTERS = 'it has to be an OTLP endpoint, a SpanExporter, or one of stdout, xray, none';
const REMOTE =
  'it has to be parent or link, or an object with one of them for any of datasource, http, pubsub, timer, other';

/** What is wrong, the setting that is named, what is to be done, and what of the preset is left. */
const faults: readonly (readonly [unknown, string, string, object])[] = [
  [{ trustRemote: 'Link' }, 'trustRemote', REMOTE, {}],
  [{ trustRemote: null }, 'trustRemote', REMOTE, {}],
  [{ trustRemote: ['link'] }, 'trustRemote', REMOTE, {}],
  [{ trustRemote: { http: 'none' } }, 'trustRemote', REMOTE, {}],
  [{ trustRemote: { sqs: 'link' } }, 'trustRemote', REMOTE, {}],
  [{ propagators: {} }, 'propagators', 'it has to be a list', {}],
  [
    { propagateTo: ['a.example', 7] },
    'propagateTo[1]',
    'it has to be a host, or a pattern of hosts',
    { propagateTo: ['a.example'] },
  ],
  [{ enforce: { require: 'team' } }, 'enforce.require', 'it has to be a list', { enforce: {} }],
  [{ enforce: { require: [7] } }, 'enforce.require[0]', 'it has to be a text', { enforce: { require: [] } }],
  [
    { flush: { timeoutMs: -1 } },
    'flush.timeoutMs',
    'it has to be a whole number from 0 on, or Infinity',
    { flush: {} },
  ],
  [{ service: 'orders' }, 'service', 'it has to be an object', { service: {} }],
  [{ service: { name: 7 } }, 'service.name', 'it has to be a text', { service: {} }],
  [{ resource: [] }, 'resource', 'it has to be an object', { resource: {} }],
  // Typos.
  [{ xray: 'follow' }, 'xray', 'it has to be one of ignore, link, parent-if-sampled, parent', {}],
  [{ exporter: 'stdot' }, 'exporter', EXPORTERS, {}],
  [{ enforce: { exporter: 5 } }, 'enforce.exporter', EXPORTERS, { enforce: {} }],
  [
    { exporter: { ulr: 'http://a' } },
    'exporter.ulr',
    'known ones are url, headers, sign, encoding, compression',
    { exporter: {} },
  ],
  [{ service: { nmae: 'shop' } }, 'service.nmae', 'known ones are name, namespace, version', { service: {} }],
  // Wrong types.
  [{ exporter: { url: 'collector:4318' } }, 'exporter.url', 'it has to be an http or https address', { exporter: {} }],
  [
    { enforce: { exporter: { url: 4318 } } },
    'enforce.exporter.url',
    'it has to be an http or https address',
    { enforce: { exporter: {} } },
  ],
  [{ exporter: { headers: { key: 7 } } }, 'exporter.headers.key', 'it has to be a text', { exporter: { headers: {} } }],
  [{ exporter: { headers: 'key=7' } }, 'exporter.headers', 'it has to be an object', { exporter: { headers: {} } }],
  [{ exporter: { encoding: 'grpc' } }, 'exporter.encoding', 'it has to be one of protobuf, json', { exporter: {} }],
  [{ exporter: { export: 'out' } }, 'exporter', EXPORTERS, {}],
  [{ attributes: { team: () => 'shop' } }, 'attributes.team', VALUE, { attributes: {} }],
  [{ attributes: { team: 'shop', big: 7n } }, 'attributes.big', VALUE, { attributes: { team: 'shop' } }],
  [
    { enforce: { resource: { tags: ['a', Symbol('b')] } } },
    'enforce.resource.tags',
    VALUE,
    { enforce: { resource: {} } },
  ],
  [{ identity: { stage: 7 } }, 'identity.stage', VARIABLE, { identity: {} }],
  [
    { enforce: { identity: { stage: ['STAGE', ''] } } },
    'enforce.identity.stage',
    VARIABLE,
    { enforce: { identity: {} } },
  ],
  [{ identity: 'STAGE' }, 'identity', 'it has to be an object', { identity: {} }],
  // Cyclic, and what cannot be looked at.
  [cycle, 'self', `known ones are ${Object.keys(presetRules).join(', ')}`, {}],
  [
    enforceCycle,
    'enforce.enforce',
    `known ones are ${Object.keys(presetRules.enforce as object).join(', ')}`,
    { enforce: {} },
  ],
  [{ attributes: cycle }, 'attributes.self', VALUE, { attributes: {} }],
  [{ resource: { tags: [cycle] } }, 'resource.tags', VALUE, { resource: {} }],
  [{ exporter: throwing }, 'exporter', 'it has to be an object that can be read', { exporter: {} }],
  [{ provider: revoked }, 'provider', 'it has to be a value that can be read', {}],
  [
    { plugins: [{ name: 'good' }, revoked] },
    'plugins[1]',
    'it has to be a value that can be read',
    { plugins: [{ name: 'good' }] },
  ],
  // Contradictory.
  [
    { provider: {}, exporter: 'stdout' },
    'provider',
    'leave it or the exporter out, a provider brings its own',
    { exporter: 'stdout' },
  ],
  [
    { provider: {}, enforce: { exporter: 'stdout' } },
    'provider',
    'leave it or the exporter out, a provider brings its own',
    { enforce: { exporter: 'stdout' } },
  ],
  [
    { exporter: 'none', logs: { destination: 'otlp', level: 'warn' } },
    'logs.destination',
    'leave it or the exporter none out, which is for log lines as well',
    { exporter: 'none', logs: { level: 'warn' } },
  ],
  // Of a newer contract.
  [
    { plugins: [{ name: 'new', contract: 2 }] },
    'plugins[0]',
    'it has to be a plugin of contract 1; new is of 2: update @tracelet/lambda, or take an older new',
    { plugins: [] },
  ],
];

describe.each(faults.map(([preset, path, remedy, left]) => ({ preset, path, remedy, left })))(
  'a preset whose $path is not usable',
  ({ preset, path, remedy, left }) => {
    const what = `defineLambda: the setting ${path} is not usable`;

    it('is refused outside Lambda', () => {
      expect(() => defineLambda(preset as Preset)).toThrow(`[bad_setting] ${what}: ${remedy}.`);
    });

    it('is one line inside Lambda, and what is right of it applies', () => {
      vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
      const lines = printed(() => {
        for (const _ of [1, 2]) expect(checkPreset(preset as Preset)).toEqual(left);
      });
      const code = `bad_setting:${path}`;
      expect(lines).toMatchObject([
        { level: 'ERROR', message: `tracelet: ${what}`, code, remedy: `Mend it: ${remedy}.` },
      ]);
    });
  },
);

it.each([
  { trustRemote: 'link' },
  { trustRemote: { http: 'link', pubsub: 'parent', timer: undefined } },
  { trustRemote: {} },
  { propagators: [] },
  { propagateTo: ['a.example', /b/] },
  {
    attributes: {
      team: 'shop',
      tags: ['a', 'b'],
      hot: true,
      size: 7,
      none: undefined,
      owner: { name: 'Ada', on: [1] },
    },
  },
  { identity: { stage: 'STAGE', team: ['A', 'B'] } },
  { exporter: { url: 'https://a.example', headers: { key: 'secret' }, sign: () => ({}), compression: 'gzip' } },
  { exporter: { headers: async () => ({}) } },
  { exporter: { export: () => {}, shutdown: async () => {} } },
  { exporter: 'none', logs: { destination: 'stdout' } },
])('takes %j', (preset) => {
  expect(checkSettings(preset, 'defineLambda', presetRules)).toEqual(preset);
  expect(checkPreset(preset as Preset)).toEqual(preset);
});

it.each([['sns'], ['s3'], ['mq']] as const)(
  'lambda.%s is told that its source takes no partial response',
  async (source) => {
    const lambda = defineLambda({});
    const wrapper = lambda[source] as (options: object, each: () => void) => unknown;
    const wrap = () => wrapper({ failures: 'report' }, () => {});
    const what = `The batch wrapper of ${source}: the setting failures is not usable`;
    const remedy = 'it has to be throw, because the source takes no partial response';
    expect(wrap).toThrow(`[bad_setting] ${what}: ${remedy}.`);
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const lines = printed(() => wrap());
    expect(lines).toMatchObject([{ level: 'ERROR', message: `tracelet: ${what}`, code: 'bad_setting:failures' }]);
  },
);

it.each([
  ['failures', 'throw'],
  ['failures', 'report'],
  ['onAllFailed', 'throw'],
])(
  'lambda.firehose is told that %s: %s means nothing to it, because it answers for each record',
  async (key, value) => {
    const wrap = () => defineLambda({}).firehose({ [key]: value }, () => {});
    const what = `The batch wrapper of firehose: the setting ${key} is not usable`;
    const remedy = 'it has to be left out, because the source takes an answer for each record';
    expect(wrap).toThrow(`[bad_setting] ${what}: ${remedy}.`);
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    expect(printed(wrap)).toMatchObject([{ level: 'ERROR', message: `tracelet: ${what}`, code: `bad_setting:${key}` }]);
  },
);

it('asks nothing of a source without partial responses that a preset reports for', async () => {
  const company = defineLambda({ batch: { failures: 'report' } });
  const notice = company.sns(async () => {});
  expect(await notice(events.sns('order'), fakeContext())).toBeUndefined();
});

function printed(fn: () => unknown): readonly object[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  fn();
  return lines.map((line) => JSON.parse(line) as object);
}
