import { describe, expect, it, vi } from 'vitest';
import { debugOnDemand, loopGuard } from './chain.ts';
import { defineLambda, type Preset, type Settings } from './index.ts';
import { lines, request, TOKEN, usePretendedLambda, went } from './sampling.fixture.ts';

usePretendedLambda();

describe('bad input', () => {
  const says = (path: string, remedy: string): string =>
    `[bad_setting] defineLambda: the setting ${path} is not usable: ${remedy}.`;
  const RULE = 'it has to be an object with a trigger (a text), a route (a text or a pattern) or matches (a function)';
  const RATIO = 'it has to be a number from 0 to 1';
  const gives = (maker: string): string => `it has to be what ${maker}() of @tracelet/lambda/chain gives`;
  const STATUS = 'it has to be a status code, or a list of them';
  const cases: readonly (readonly [unknown, string, string])[] = [
    [{ sampling: { ratio: 2 } }, 'sampling.ratio', RATIO],
    [{ sampling: { ratio: Number.NaN } }, 'sampling.ratio', RATIO],
    [{ sampling: { ratio: '0.5' } }, 'sampling.ratio', RATIO],
    [{ sampling: 0.5 }, 'sampling', 'it has to be an object'],
    [{ sampling: { rate: 1 } }, 'sampling.rate', 'known ones are ratio, keep, logs, drop, debug'],
    [{ sampling: { keep: true } }, 'sampling.keep', 'it has to be an object'],
    [{ sampling: { keep: { faults: 'yes' } } }, 'sampling.keep.faults', 'it has to be true or false'],
    [
      { sampling: { keep: { slow: 5 } } },
      'sampling.keep.slow',
      'known ones are faults, coldStarts, slowerThanMs, httpStatus, partialFailures',
    ],
    [
      { sampling: { keep: { slowerThanMs: -1 } } },
      'sampling.keep.slowerThanMs',
      'it has to be a whole number from 0 on, or Infinity',
    ],
    [{ sampling: { keep: { httpStatus: '5xx' } } }, 'sampling.keep.httpStatus', STATUS],
    [{ sampling: { keep: { httpStatus: [500, '502'] } } }, 'sampling.keep.httpStatus', STATUS],
    [{ sampling: { logs: 'none' } }, 'sampling.logs', 'it has to be one of all, kept'],
    [{ sampling: { drop: {} } }, 'sampling.drop', 'it has to be a list'],
    [{ sampling: { drop: [{}] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { drop: [{ trigger: 'alb' }, 'sqs'] } }, 'sampling.drop[1]', RULE],
    [{ sampling: { drop: [{ path: '/health' }] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { drop: [{ trigger: 'alb', path: '/health' }] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { drop: [{ route: 7 }] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { drop: [{ matches: 'all' }] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { drop: [null] } }, 'sampling.drop[0]', RULE],
    [{ sampling: { debug: { token: TOKEN } } }, 'sampling.debug', gives('debugOnDemand')],
    [{ loopGuard: { maxHops: 50 } }, 'loopGuard', gives('loopGuard')],
    [{ enforce: { sampling: { ratio: -1 } } }, 'enforce.sampling.ratio', RATIO],
  ];

  it.each(cases)('%j is refused outside Lambda', (preset, path, remedy) => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
    expect(() => defineLambda(preset as Preset)).toThrow(says(path, remedy));
  });

  it.each(cases)('%j is one line inside Lambda, and the function is traced without it', async (preset, path) => {
    const one = await went(preset as Preset, request());
    expect(lines.map(({ code, level }) => [code, level])).toEqual([[`bad_setting:${path}`, 'ERROR']]);
    expect(one.isSent).toBe(true);
  });

  it('is refused in settings of a function as well', () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
    expect(() => defineLambda({}).with({ sampling: { ratio: 2 } })).toThrow('lambda.with: the setting sampling.ratio');
  });

  it('takes what is right', () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', undefined);
    const all: Settings = {
      loopGuard: loopGuard({ maxHops: 50 }),
      sampling: {
        ratio: 0,
        keep: { faults: true, coldStarts: false, slowerThanMs: 1000, httpStatus: [409], partialFailures: true },
        logs: 'kept',
        drop: [{ trigger: 'alb', route: /^\/health/ }, { matches: () => false }],
        debug: debugOnDemand({ token: TOKEN, trustHttp: true }),
      },
    };
    expect(() => defineLambda({ ...all, enforce: { sampling: all.sampling } }).with(all)).not.toThrow();
  });
});
