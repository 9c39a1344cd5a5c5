import { describe, expect, it } from 'vitest';
import { presetEnvironment } from './preset-env.ts';
import type { ProcessOptions } from './process-options.ts';

const exporter = {
  url: 'https://preset',
  encoding: 'json',
  compression: 'gzip',
  headers: { 'api-key': 'a=b,c', team: 'ü' },
} as const;

describe('presetEnvironment', () => {
  it.each<[ProcessOptions, NodeJS.ProcessEnv, string | undefined, string | undefined]>([
    [{}, {}, undefined, undefined],
    [{ sampling: { ratio: 0.1 } }, {}, 'parentbased_traceidratio', '0.1'],
    [{ sampling: { ratio: 0 } }, {}, 'parentbased_traceidratio', '0'],
    [{ sampling: { ratio: 1e-9 } }, {}, 'parentbased_traceidratio', '1e-9'],
    [{ sampling: {} }, {}, undefined, undefined],
    // The environment's two variables are one: each sampler with its own argument.
    [{ sampling: { ratio: 0.1 } }, { OTEL_TRACES_SAMPLER: 'traceidratio' }, 'traceidratio', undefined],
    [{ sampling: { ratio: 0.1 } }, { OTEL_TRACES_SAMPLER_ARG: '0.5' }, 'parentbased_traceidratio', '0.1'],
    [{ sampling: { ratio: 0.1 } }, { OTEL_TRACES_SAMPLER: '' }, 'parentbased_traceidratio', '0.1'],
    [
      { sampling: { ratio: 0.1 }, enforce: { sampling: { ratio: 0.2 } } },
      { OTEL_TRACES_SAMPLER: 'always_off', OTEL_TRACES_SAMPLER_ARG: '0.5' },
      'parentbased_traceidratio',
      '0.2',
    ],
    [{ enforce: { sampling: { keep: {} } } }, { OTEL_TRACES_SAMPLER: 'always_off' }, 'always_off', undefined],
  ])('makes of %j and %j the sampler %s(%s)', (options, env, sampler, argument) => {
    const { OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG } = presetEnvironment(env, options);
    expect([OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG]).toEqual([sampler, argument]);
  });

  it.each<[ProcessOptions, NodeJS.ProcessEnv]>([
    [{}, {}],
    [{ exporter: 'stdout' }, { OTEL_TRACES_EXPORTER: 'console' }],
    [{ exporter: 'none' }, { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }],
    [{ exporter: 'xray' }, { OTEL_TRACES_EXPORTER: 'xray' }],
    // What a function says is asked for each request.
    [{ exporter: { headers: async () => ({ key: 'secret' }), sign: () => ({}) } }, {}],
    [{ exporter: { export: () => {}, shutdown: () => Promise.resolve() } }, {}],
    [
      { exporter },
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'https://preset',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%3Db%2Cc,team=%C3%BC',
      },
    ],
    [
      { xray: 'parent', flush: { mode: 'before-response', timeoutMs: 0, deadlineMarginMs: 80 } },
      {
        TRACELET_XRAY: 'parent',
        TRACELET_FLUSH: 'before-response',
        TRACELET_FLUSH_TIMEOUT: '0',
        TRACELET_DEADLINE_MARGIN: '80',
      },
    ],
  ])('says %j as %j, also when it is enforced', (options, variables) => {
    expect(presetEnvironment({}, options)).toStrictEqual(variables);
    const { flush, ...enforce } = options;
    const { TRACELET_DEADLINE_MARGIN, TRACELET_FLUSH, TRACELET_FLUSH_TIMEOUT, ...forced } = variables;
    if (typeof enforce.exporter === 'object') forced.OTEL_TRACES_EXPORTER = 'otlp';
    expect(presetEnvironment({}, { enforce })).toStrictEqual(forced);
  });

  it('puts what is enforced before the environment, and that, unless it is empty, before the preset', () => {
    const env = { TRACELET_XRAY: 'link', OTEL_EXPORTER_OTLP_ENDPOINT: 'https://env', OTEL_TRACES_EXPORTER: '' };
    const preset = { xray: 'ignore', exporter: 'stdout' } as const;
    expect(presetEnvironment(env, preset)).toStrictEqual({
      TRACELET_XRAY: 'link',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://env',
      OTEL_TRACES_EXPORTER: 'console',
    });
    expect(presetEnvironment(env, { ...preset, enforce: { exporter: { url: 'https://forced' } } })).toStrictEqual({
      TRACELET_XRAY: 'link',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://forced',
      OTEL_TRACES_EXPORTER: 'otlp',
    });
  });

  it('takes nothing of an exporter that another one is enforced in the place of', () => {
    const enforce = { exporter: { export: () => {}, shutdown: () => Promise.resolve() } };
    const env = { OTEL_TRACES_EXPORTER: 'none' };
    expect(presetEnvironment(env, { exporter, enforce })).toStrictEqual({ OTEL_TRACES_EXPORTER: 'otlp' });
  });

  it('leaves out the variables of one signal that would go before what is enforced, and no others', () => {
    const own = { OTEL_LOGS_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'always_off', OTEL_EXPORTER_OTLP_TIMEOUT: '2' };
    const ofOne = { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '1', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'team=env' };
    const env = { ...own, ...ofOne, OTEL_TRACES_EXPORTER: 'none' };
    expect(presetEnvironment(env, { enforce: { exporter: { url: 'https://forced' } } })).toStrictEqual({
      ...own,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://forced',
    });
    expect(presetEnvironment(env, { enforce: { exporter: { headers: { team: 'shop' } } } })).toStrictEqual({
      ...own,
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'team=shop',
      OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '1',
    });
    expect(presetEnvironment(env, { enforce: { xray: 'link' } })).toStrictEqual({ ...env, TRACELET_XRAY: 'link' });
  });
});
