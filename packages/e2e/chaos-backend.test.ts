import { afterAll, describe, expect, it } from 'vitest';
import { openStage, quantile, type Seen, type Stage } from './chaos.fixture.ts';
import { runtimeClients } from './clients.ts';
import { makeBundles } from './lifecycle.fixture.ts';

const bundles = makeBundles();
afterAll(() => bundles.dispose());

/** Of a flush; short, so that a backend that hangs costs the tests little. */
const BUDGET_MS = 300;

/** A trouble, how long it lasts, and what it may cost. */
interface Trouble {
  readonly what: string;
  readonly invocations: number;
  /** Flushes that may use up all of their time: the first one, and one for each probe of the breaker. */
  readonly timeouts?: number;
  /** What one flush may take beside that, on average, in milliseconds. Default: 25, most of it noise. */
  readonly eachMs?: number;
  begin(stage: Stage): unknown;
  /** While both functions are frozen. */
  between?(stage: Stage): unknown;
  end(stage: Stage): unknown;
  /** The reasons of what is dropped, without counts. */
  readonly drops?: readonly string[];
}

const behaves = (behaviour: Parameters<Stage['sink']['behave']>[0]): Pick<Trouble, 'begin' | 'end'> => ({
  begin: ({ sink }) => sink.behave(behaviour),
  end: ({ sink }) => sink.behave(),
});
const quiet: Pick<Trouble, 'begin' | 'end'> = { begin: () => {}, end: () => {} };

const troubles: readonly Trouble[] = [
  { what: 'answers', invocations: 30, ...quiet },
  {
    what: 'refuses connections',
    invocations: 30,
    begin: ({ wire }) => wire.refuse(),
    end: ({ wire }) => wire.accept(),
  },
  { what: 'hangs', invocations: 30, timeouts: 2, ...behaves({ hang: true }) },
  { what: 'answers after 200 ms', invocations: 12, eachMs: 420, ...behaves({ delayMs: 200 }) },
  {
    what: 'answers 429 with Retry-After',
    invocations: 20,
    ...behaves([{ status: 429, headers: { 'retry-after': '1' } }]),
  },
  { what: 'answers 503', invocations: 20, ...behaves({ status: 503 }) },
  { what: 'answers 500', invocations: 20, drops: ['http_500'], ...behaves({ status: 500 }) },
  { what: 'answers 413', invocations: 20, drops: ['http_413'], ...behaves({ status: 413 }) },
  {
    what: 'rejects one of each request',
    invocations: 20,
    drops: ['partial_success'],
    ...behaves({ partialRejected: 1 }),
  },
  { what: 'takes everything, and answers garbage', invocations: 20, ...behaves({ body: 'garbage' }) },
  {
    what: 'does not speak HTTP',
    invocations: 20,
    begin: ({ wire }) => wire.garble('garbage\r\n\r\n'),
    end: ({ wire }) => wire.garble(undefined),
  },
  { what: 'resets connections in the freeze', invocations: 20, ...quiet, between: ({ wire }) => wire.cut('reset') },
  { what: 'closes connections in the freeze', invocations: 20, ...quiet, between: ({ wire }) => wire.cut('close') },
  { what: 'keeps no connection alive', invocations: 20, ...behaves({ headers: { connection: 'close' } }) },
  {
    what: 'dies for 50 invocations',
    invocations: 50,
    begin: ({ wire }) => wire.refuse(),
    end: ({ wire }) => wire.accept(),
  },
];

const legs = runtimeClients().filter(({ nodeArgs }) => nodeArgs.length === 0);

for (const leg of legs) {
  // A machine that is busy with something else breaks a bound of milliseconds now and then.
  describe.skipIf(leg.missing !== undefined)(`${leg.name}: a backend that`, { retry: 1 }, () => {
    it.each(troubles)('$what holds no response up, costs little, and loses nothing in silence', async (trouble) => {
      const stage = await openStage(leg, bundles, { TRACELET_FLUSH_TIMEOUT: String(BUDGET_MS) });
      try {
        await stage.invoke(3);
        await trouble.begin(stage);
        const seen = await stage.invoke(trouble.invocations, () => trouble.between?.(stage));
        await trouble.end(stage);
        const { eachMs = 25, timeouts = 0 } = trouble;
        expect(seen.extraBilledMs).toBeLessThan(timeouts * BUDGET_MS + trouble.invocations * eachMs);
        expectPrompt(seen);
        await recover(stage);
        const { arrived, dropped, produced, reasons } = stage.account();
        expect({ unaccounted: produced - arrived - dropped }).toEqual({ unaccounted: 0 });
        expect(reasons.map((reason) => reason.replace(/=\d+$/, ''))).toEqual(trouble.drops ?? []);
      } finally {
        await stage.close();
      }
    });
  });
}

/** Added to the response, at most: 2 ms at p99 where the machine is quiet enough to tell. */
function expectPrompt({ bareLatenciesMs, latenciesMs }: Seen): void {
  const added = (share: number): number => quantile(latenciesMs, share) - quantile(bareLatenciesMs, share);
  expect(added(0.5)).toBeLessThan(2);
  const noiseMs = process.env.TRACELET_QUIET_MACHINE ? 0 : 60;
  expect(added(0.99)).toBeLessThan(2 + noiseMs);
}

/** Invokes until everything has arrived or been given up, and once more for the counters to tell. */
async function recover(stage: Stage): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    await stage.invoke(5);
    const { arrived, dropped, produced } = stage.account();
    if (arrived + dropped === produced) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
