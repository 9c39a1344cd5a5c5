import { type TracerProvider, trace } from '@opentelemetry/api';
import { shared } from '@tracelet/core';
import { fakeContext } from '@tracelet/testing';
import { describe, expect, it, vi } from 'vitest';
import { debugOnDemand } from './chain.ts';
import { defineLambda, log, type Preset, type Settings, span } from './index.ts';
import {
  CALLER,
  CALLERS,
  flagOf,
  forget,
  lines,
  request,
  sent,
  TOKEN,
  usePretendedLambda,
  type Went,
  went,
} from './sampling.fixture.ts';

usePretendedLambda();

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
