import { context, propagation, type TracerProvider, trace } from '@opentelemetry/api';
import { shared } from '@tracelet/core';
import type { OtlpSpan } from '@tracelet/sdk';
import { events, fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { debugOnDemand, loopGuard } from './chain.ts';
import { defineLambda, log, type Preset, type Settings, span } from './index.ts';

const TOKEN = 'a-secret-of-sixteen-characters';
const CALLER = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
/** A caller that began no trace, one that is sampled and one that is not. */
const CALLERS = [undefined, `00-${CALLER}-01`, `00-${CALLER}-00`];

let sent: OtlpSpan[] = [];
let lines: Record<string, unknown>[] = [];
const exporter = {
  export(spans: never[], done: (result: { code: number }) => void): void {
    sent.push(...spans);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

beforeEach(() => {
  process.setMaxListeners(100);
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
  vi.stubEnv('TRACELET_FLUSH', 'before-response');
  vi.stubEnv('TRACELET_DEADLINE_MARGIN', '0');
  vi.stubEnv('OTEL_TRACES_SAMPLER', undefined);
  shared().troubles.clear();
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
  forget();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  forget();
});

/** Starts with a fresh process, as far as this one knows. */
function forget(): void {
  shared().pipeline = undefined;
  shared().logGate = undefined;
  for (const api of [context, propagation, trace]) api.disable();
  sent = [];
  lines = [];
}

interface Went {
  /** Whether the span of the invocation was sent. */
  readonly isSent: boolean;
  /** What those that it called were told. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One invocation of a fresh process. */
async function went(preset: Preset, event: object, own?: Settings, work = async () => {}): Promise<Went> {
  forget();
  const company = defineLambda({ exporter, ...preset });
  const headers: Record<string, string> = {};
  const lambda = own === undefined ? company : company.with(own);
  const handler = lambda(async () => {
    propagation.inject(context.active(), headers);
    await work();
  });
  (shared().pipeline as { sandbox: { invocations: number } }).sandbox.invocations = 1;
  await handler(event, fakeContext()).catch(() => {});
  return { isSent: sent.some(({ kind }) => kind === 1), headers };
}

const request = (traceparent?: string, headers = {}) =>
  events.apiGatewayHttp({ route: '/pets', headers, ...(traceparent && { traceparent }) });

const flagOf = ({ headers }: Went): string | undefined => headers.traceparent?.slice(-2);

describe('the head decides', () => {
  const half = '0.5';
  it.each<[string, Preset, Settings | undefined, NodeJS.ProcessEnv, readonly boolean[]]>([
    ['nothing is said', {}, undefined, {}, [true, true, false]],
    ['a ratio of the preset', { sampling: { ratio: 0 } }, undefined, {}, [false, true, false]],
    ['a ratio of the function', { sampling: { ratio: 0 } }, { sampling: { ratio: 1 } }, {}, [true, true, false]],
    ['a ratio of the function, lower', {}, { sampling: { ratio: 0 } }, {}, [false, true, false]],
    ['always_on', { sampling: { ratio: 0 } }, undefined, { OTEL_TRACES_SAMPLER: 'always_on' }, [true, true, true]],
    ['always_on', {}, { sampling: { ratio: 0 } }, { OTEL_TRACES_SAMPLER: 'always_on' }, [true, true, true]],
    ['always_off', { sampling: { ratio: 1 } }, undefined, { OTEL_TRACES_SAMPLER: 'always_off' }, [false, false, false]],
    [
      'parentbased_always_off',
      { sampling: { ratio: 1 } },
      { sampling: { ratio: 1 } },
      { OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
      [false, true, false],
    ],
    [
      'traceidratio of 0',
      { sampling: { ratio: 1 } },
      undefined,
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
      [false, false, false],
    ],
    [
      'an argument alone',
      { sampling: { ratio: 0 } },
      undefined,
      { OTEL_TRACES_SAMPLER_ARG: half },
      [false, true, false],
    ],
    [
      'a sampler that is none',
      { sampling: { ratio: 0 } },
      undefined,
      { OTEL_TRACES_SAMPLER: 'odd' },
      [true, true, false],
    ],
    [
      'an enforced ratio',
      { sampling: { ratio: 1 }, enforce: { sampling: { ratio: 0 } } },
      { sampling: { ratio: 1 } },
      { OTEL_TRACES_SAMPLER: 'always_on' },
      [false, true, false],
    ],
    [
      'an enforced ratio, higher',
      { enforce: { sampling: { ratio: 1 } } },
      { sampling: { ratio: 0 } },
      { OTEL_TRACES_SAMPLER: 'always_off' },
      [true, true, false],
    ],
    [
      'a rule to drop',
      { sampling: { drop: [{ route: '/pets' }] } },
      undefined,
      { OTEL_TRACES_SAMPLER: 'always_on' },
      [false, false, false],
    ],
  ])('%s (%#): for no caller, one that is sampled and one that is not', async (_, preset, own, env, sampled) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const outcomes: Went[] = [];
    for (const caller of CALLERS) outcomes.push(await went(preset, request(caller), own));
    expect(outcomes.map(({ isSent }) => isSent)).toEqual(sampled);
    expect(outcomes.map(flagOf)).toEqual(sampled.map((each) => (each ? '01' : '00')));
  });

  it('goes before a rule to keep, which never changes the flag that is passed on', async () => {
    const keep = { sampling: { keep: { slowerThanMs: 0, faults: true } } };
    const fail = async (): Promise<void> => {
      throw new Error('boom');
    };
    const one = await went(keep, request(CALLERS[2]), undefined, fail);
    expect([one.isSent, flagOf(one), sent[0]?.spanContext().traceFlags]).toEqual([true, '00', 0]);
    expect(sent[0]?.attributes['tracelet.sampling.kept_by']).toBe('fault');
    const other = await went(keep, request(CALLERS[1]), undefined, fail);
    expect([other.isSent, flagOf(other), sent[0]?.attributes['tracelet.sampling.kept_by']]).toEqual([
      true,
      '01',
      undefined,
    ]);
  });

  it('drops a faulty invocation too, unless faults are kept', async () => {
    const fail = async (): Promise<void> => {
      throw new Error('boom');
    };
    const drop = [{ route: '/pets' }];
    expect((await went({ sampling: { drop } }, request(), undefined, fail)).isSent).toBe(false);
    const kept = await went({ sampling: { drop, keep: { faults: true } } }, request(CALLERS[1]), undefined, fail);
    expect([kept.isSent, flagOf(kept)]).toEqual([true, '00']);
    expect((await went({ sampling: { drop, keep: { faults: true } } }, request())).isSent).toBe(false);
  });
});

it('sends the root first', async () => {
  const bodies: string[] = [];
  vi.mocked(process.stdout.write).mockImplementation((line) => {
    bodies.push(String(line));
    return true;
  });
  const work = (): Promise<void> => span('inner', async () => Promise.reject(new Error('boom')));
  await went({ exporter: 'stdout', sampling: { ratio: 0, keep: { faults: true } } }, request(), undefined, work);
  const [{ scopeSpans }] = JSON.parse(bodies[0] as string).resourceSpans;
  expect(scopeSpans[0].spans.map(({ name }: { name: string }) => name)).toEqual(['GET /pets', 'inner']);
});

describe('debugging on demand', () => {
  const preset: Preset = { sampling: { ratio: 0, debug: debugOnDemand({ token: TOKEN, trustHttp: true }) } };
  const debugging = (token: string, flag = '00') =>
    request(`00-${CALLER}-${flag}`, { baggage: `tracelet.debug=${token}` });
  const work = async (): Promise<void> => log.debug('detail');

  it('samples the invocation, writes its debug lines, and is passed on', async () => {
    const one = await went(preset, debugging(TOKEN), undefined, work);
    expect([one.isSent, flagOf(one), one.headers.baggage]).toEqual([true, '01', `tracelet.debug=${TOKEN}`]);
    expect(lines.map(({ message }) => message)).toEqual(['detail']);
  });

  it('does nothing of that with another token, which is not passed on', async () => {
    const one = await went(preset, debugging('another-secret-of-that-length'), undefined, work);
    expect([one.isSent, flagOf(one), one.headers.baggage, lines]).toEqual([false, '00', undefined, []]);
  });

  it('does nothing of that in an HTTP event unless the preset says so', async () => {
    const strict: Preset = { sampling: { ratio: 0, debug: debugOnDemand({ token: TOKEN }) } };
    const one = await went(strict, debugging(TOKEN), undefined, work);
    expect([one.isSent, one.headers.baggage, lines]).toEqual([false, undefined, []]);
  });
});

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

it('leaves sampling to a foreign provider, and says so once', async () => {
  const seen: string[] = [];
  const foreign = {
    getTracer: () => ({
      startSpan(name: string) {
        seen.push(name);
        return trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
      },
    }),
  };
  const { exporter: _, ...preset }: Preset = { provider: foreign as unknown as TracerProvider, sampling: { ratio: 0 } };
  forget();
  const handler = defineLambda(preset)(async () => 'done');
  (shared().pipeline as { sandbox: { invocations: number } }).sandbox.invocations = 1;
  expect(await handler(request(), fakeContext())).toBe('done');
  expect(await handler(request(), fakeContext())).toBe('done');
  expect(seen).toEqual(['GET /pets', 'GET /pets']);
  expect(lines.map(({ code }) => code)).toEqual(['foreign_sampling']);
});
