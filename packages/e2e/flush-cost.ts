import { openStage, quantile, type Stage } from './chaos.fixture.ts';
import { runtimeClients } from './clients.ts';
import { makeBundles } from './lifecycle.fixture.ts';

// Prints what a flush costs, by backend and mode, under the real runtime client: `node packages/e2e/flush-cost.ts`.
// Bare and wrapped function take turns, so that both meet the same noise.

const INVOCATIONS = 100;

const backends: readonly (readonly [string, (stage: Stage) => unknown])[] = [
  ['answers at once', () => {}],
  ['answers after 20 ms', ({ sink }) => sink.behave({ delayMs: 20 })],
  ['answers after 200 ms', ({ sink }) => sink.behave({ delayMs: 200 })],
  ['refuses', ({ wire }) => wire.refuse()],
  ['hangs', ({ sink }) => sink.behave({ hang: true })],
];

const leg = runtimeClients().find(({ missing }) => missing === undefined);
if (leg === undefined) throw new Error('No runtime client is installed: run pnpm e2e:setup.');
const bundles = makeBundles();
const rows = [['backend', 'flush', 'response, p50', 'response, p99', 'billed, mean', 'billed, first 10'].join(' | ')];
for (const [name, begin] of backends) {
  for (const mode of ['after-response', 'before-response']) {
    const stage = await openStage(leg, bundles, { TRACELET_FLUSH: mode, OTEL_LOGS_EXPORTER: 'none' });
    await stage.invoke(5);
    await begin(stage);
    const first = await stage.invoke(10);
    const rest = await stage.invoke(INVOCATIONS - 10);
    const [all, bare] = [
      [...first.latenciesMs, ...rest.latenciesMs],
      [...first.bareLatenciesMs, ...rest.bareLatenciesMs],
    ].map((list) => list.sort((a, b) => a - b)) as [number[], number[]];
    const added = (share: number): string => `${(quantile(all, share) - quantile(bare, share)).toFixed(1)} ms`;
    const billed = `${((first.extraBilledMs + rest.extraBilledMs) / INVOCATIONS).toFixed(1)} ms`;
    const firstBilled = `${(first.extraBilledMs / 10).toFixed(1)} ms`;
    rows.push([name, mode, added(0.5), added(0.99), billed, firstBilled].join(' | '));
    await stage.close();
  }
}
bundles.dispose();
process.stdout.write(`Added to the bare function by ${leg.name}, ${INVOCATIONS} invocations each:\n\n`);
for (const row of rows) process.stdout.write(`| ${row} |\n`);
