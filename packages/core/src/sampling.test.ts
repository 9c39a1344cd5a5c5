import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Settings } from './preset.ts';
import { makeSampling, type Sampled, samplingOf, type Tail } from './sampling.ts';
import type { DropRule, SamplingSettings } from './sampling-settings.ts';
import { currentFrame, shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import type { Outcome } from './trigger.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';
import { albEvent, restEvent } from './triggers/http.fixture.ts';
import { unknownTrigger } from './triggers/index.ts';

beforeEach(() => {
  shared().troubles.clear();
  shared().logGate = undefined;
});

/** Runs a handler with a tail in place, as the provider would make one; gives what was decided. */
async function decided(
  sampling: SamplingSettings,
  event: unknown = 'e',
  work: () => unknown = () => {},
  settings: Settings = {},
): Promise<unknown> {
  const { lambda } = recorder({ settings: { ...settings, sampling } });
  let reason: unknown = 'undecided';
  const tail: Tail = {
    add: () => {},
    decide: (_, given) => {
      reason = given;
    },
  };
  const handler = lambda(async () => {
    const of = currentFrame()?.invocation.sampling;
    if (of?.reasonToKeep === undefined) reason = 'not recorded';
    else of.tail = tail;
    return work();
  });
  await settled(invoke(handler, event, fakeContext()));
  return reason;
}

const fail = (): never => {
  throw new Error('boom');
};

describe('an invocation that is not sampled is kept', () => {
  it('as a fault', async () => {
    expect(await decided({ keep: { faults: true } }, 'e', fail)).toBe('fault');
    expect(await decided({ keep: { faults: true } }, restEvent, () => ({ statusCode: 503 }))).toBe('fault');
    expect(await decided({ keep: { faults: true } })).toBeUndefined();
    expect(await decided({ keep: { faults: false } }, 'e', fail)).toBeUndefined();
  });

  it('as a cold start', async () => {
    // The sandbox of a recorder is a fresh one.
    expect(await decided({ keep: { coldStarts: true } })).toBe('cold_start');
    expect(await decided({ keep: { coldStarts: false } })).toBeUndefined();
  });

  it('because it was slow', async () => {
    let nowMs = 1000;
    vi.spyOn(Date, 'now').mockImplementation(() => nowMs);
    const takes = (tookMs: number) => () => {
      nowMs += tookMs;
    };
    expect(await decided({ keep: { slowerThanMs: 100 } }, 'e', takes(101))).toBe('slow');
    expect(await decided({ keep: { slowerThanMs: 100 } }, 'e', takes(100))).toBeUndefined();
    vi.restoreAllMocks();
  });

  it.each<[number | readonly number[], number, string | undefined]>([
    [400, 404, 'http_status'],
    [400, 400, 'http_status'],
    [400, 302, undefined],
    [[409, 429], 429, 'http_status'],
    [[409, 429], 404, undefined],
    [[], 404, undefined],
  ])('with httpStatus %j after an answer of %i: %s', async (httpStatus, statusCode, reason) => {
    expect(await decided({ keep: { httpStatus } }, restEvent, () => ({ statusCode }))).toBe(reason);
    expect(await decided({ keep: { httpStatus } })).toBeUndefined();
  });

  it('for records that failed alone', async () => {
    const named = { batchItemFailures: [{ itemIdentifier: sqsEvent.Records[0]?.messageId }] };
    expect(await decided({ keep: { partialFailures: true } }, sqsEvent, () => named)).toBe('partial_failures');
    expect(await decided({ keep: { partialFailures: true } }, sqsEvent)).toBeUndefined();
    expect(await decided({ keep: { faults: true } }, sqsEvent, () => named)).toBeUndefined();
  });

  it('for the first of several reasons', async () => {
    expect(await decided({ keep: { coldStarts: true, faults: true } }, 'e', fail)).toBe('fault');
  });

  it('never without rules, nor with none that fits', async () => {
    expect(await decided({ ratio: 0 }, 'e', fail)).toBe('not recorded');
    expect(await decided({ keep: {} }, 'e', fail)).toBeUndefined();
  });
});

it('shows the held log lines of an invocation that is worth keeping, sampled or not', async () => {
  const released: unknown[] = [];
  const release = (info: unknown): void => void released.push(info);
  shared().logGate = { admit: (_, allowed) => allowed, release };
  const { lambda } = recorder({ settings: { sampling: { keep: { faults: true } } } });
  let info: unknown;
  const handler = lambda(async (event: string) => {
    info = currentFrame()?.invocation.info;
    if (event === 'bad') fail();
  });
  await handler('good', fakeContext());
  expect(released).toEqual([]);
  await settled(handler('bad', fakeContext()));
  expect([released.length, released[0] === info]).toEqual([1, true]);
  shared().logGate = { admit: (_, allowed) => allowed, release: fail };
  const lines = await printed(() => settled(handler('bad', fakeContext())));
  expect(lines).toMatchObject([{ code: 'log_gate_failed' }]);
});

describe('a rule to drop', () => {
  const ping = { source: 'serverless-plugin-warmup' };
  const isPing = (event: unknown): boolean => (event as typeof ping).source === ping.source;
  it.each<[DropRule, unknown, boolean]>([
    [{ trigger: 'alb' }, albEvent, true],
    [{ trigger: 'alb' }, restEvent, false],
    [{ route: '/pets/{petId}' }, restEvent, true],
    [{ route: '/pets/7' }, restEvent, false],
    [{ route: /^\/pets\b/g }, restEvent, true],
    [{ route: /health/ }, restEvent, false],
    // A load balancer knows no route.
    [{ route: albEvent.path }, albEvent, true],
    [{ route: /.*/ }, 'e', true],
    [{ trigger: 'alb', route: '/other' }, albEvent, false],
    [{ matches: isPing }, ping, true],
    [{ matches: isPing }, {}, false],
    [{ matches: () => 'yes' as never }, {}, false],
    [{ trigger: 'sqs', matches: isPing }, ping, false],
  ])('%j', async (rule, event, isDropped) => {
    const seen = await verdictOf({ drop: [{ trigger: 'none' }, rule] }, event);
    expect(seen).toBe(isDropped ? false : undefined);
  });

  it('that throws drops nothing, and that is said', async () => {
    const lines = await printed(async () => {
      expect(await verdictOf({ drop: [{ matches: fail }] }, 'e')).toBeUndefined();
    });
    expect(lines).toMatchObject([{ code: 'drop_rule_failed' }]);
  });

  it('keeps faults where they are kept, and nothing else', async () => {
    const drop = [{ trigger: 'unknown' }];
    expect(await decided({ drop }, {}, fail)).toBe('not recorded');
    expect(await decided({ drop, keep: { coldStarts: true } }, {}, fail)).toBe('not recorded');
    expect(await decided({ drop, keep: { coldStarts: true, faults: true } }, {}, fail)).toBe('fault');
    expect(await decided({ drop, keep: { coldStarts: true, faults: true } }, {})).toBeUndefined();
  });
});

async function verdictOf(sampling: SamplingSettings, event: unknown): Promise<boolean | undefined> {
  const { lambda } = recorder({ settings: { sampling } });
  let verdict: boolean | undefined;
  const handler = lambda(async () => {
    verdict = currentFrame()?.invocation.sampling?.verdict;
  });
  await invoke(handler, event, fakeContext());
  return verdict;
}

it('is asked for by the context of every span of the invocation, and by no other', async () => {
  const seen: unknown[] = [];
  const settings = { sampling: { ratio: 0.5, logs: 'kept' } } as const;
  for (const each of [settings, {}]) {
    const { lambda } = recorder({ settings: each });
    await lambda(async () => {
      const { context, invocation } = currentFrame() ?? {};
      seen.push(context && samplingOf(context));
      expect(context && samplingOf(context)).toBe(invocation?.sampling);
    })('e', fakeContext());
  }
  expect(seen).toEqual([
    { ratio: 0.5, verdict: undefined, holdsLogs: true, reasonToKeep: undefined, tail: undefined },
    undefined,
  ]);
});

it('keeps by the rules alone, whatever they are and whatever came out', () => {
  const keep = fc.record(
    {
      faults: fc.boolean(),
      coldStarts: fc.boolean(),
      slowerThanMs: fc.nat(1000),
      httpStatus: fc.oneof(fc.integer({ min: 100, max: 599 }), fc.array(fc.integer({ min: 100, max: 599 }))),
      partialFailures: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const outcome = fc.record({ fault: fc.boolean(), status: fc.option(fc.integer({ min: 100, max: 599 })) });
  const facts = fc.record({ isCold: fc.boolean(), tookMs: fc.nat(2000), failed: fc.nat(2) });
  fc.assert(
    fc.property(keep, outcome, facts, (rules, { fault, status }, { failed, isCold, tookMs }) => {
      const nowMs = 1_700_000_000_000;
      vi.spyOn(Date, 'now').mockReturnValue(nowMs + tookMs);
      const sampled: Sampled = {
        trigger: unknownTrigger,
        event: {},
        plan: undefined,
        isCold,
        startedAtMs: nowMs,
        tally: { failed },
      };
      const attributes = status === null ? {} : { 'http.response.status_code': status };
      const given: Outcome = { fault, attributes };
      const reason = makeSampling({ keep: rules }, false, sampled).reasonToKeep?.(given);
      const { httpStatus = [] } = rules;
      const isStatus =
        status !== null && (Array.isArray(httpStatus) ? httpStatus.includes(status) : status >= httpStatus);
      const wanted = [
        rules.faults && fault && 'fault',
        rules.coldStarts && isCold && 'cold_start',
        rules.slowerThanMs !== undefined && tookMs > rules.slowerThanMs && 'slow',
        isStatus && 'http_status',
        rules.partialFailures && failed > 0 && 'partial_failures',
      ].find((each) => typeof each === 'string');
      expect(reason).toBe(wanted);
    }),
  );
  vi.restoreAllMocks();
});
