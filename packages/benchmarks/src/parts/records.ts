import { setTimeout } from 'node:timers/promises';
import { events } from '@tracelet/testing';
import { type Bench, inTurns, type Turns } from '../bench.ts';
import type { PartData } from '../data.ts';
import type { Backend } from '../stage/backend.ts';
import type { Sandbox } from '../stage/sandbox.ts';

const SIZES = [10, 1_000, 10_000] as const;

/** Batches of SQS messages, a span for each: 10, then 1,000, then 10,000 in one process. */
export async function records(bench: Bench, turns: Turns): Promise<PartData> {
  const batches = SIZES.map((size) => [size, batchOf(size)] as const);
  const warmUp = batchOf(200);
  const { rounds, rows } = await inTurns(bench, turns, async (contestant) => {
    // A body of megabytes takes longer than the second that the flush has by default.
    const env = { TRACELET_FLUSH_TIMEOUT: '20000' };
    const sandbox = await bench.start(contestant, { forBatch: true, keepsOutput: true, env });
    try {
      const values: Record<string, number> = {};
      await sandbox.invoke(warmUp);
      for (const [size, batch] of batches) {
        await setTimeout(20);
        bench.backend.take();
        const printed = sandbox.output().text.length;
        const before = sandbox.cpuMs();
        const { busyMs, latencyMs } = await sandbox.invoke(batch);
        values[`cpuMs${size}`] = sandbox.cpuMs() - before;
        values[`ms${size}`] = latencyMs;
        values[`busyMs${size}`] = busyMs;
        const { roots, spans } = await settled(bench.backend);
        values[`spans${size}`] = spans + printedSpans(sandbox, printed);
        values[`roots${size}`] = roots;
      }
      return { ...values, peakMb: sandbox.memory().peakMb };
    } finally {
      await sandbox.stop();
    }
  });
  return { runs: `${rounds} run${rounds === 1 ? '' : 's'}`, rows };
}

function batchOf(size: number): object {
  const orders = Array.from({ length: size }, (_, id) => ({ body: { id, total: 12.5, customer: `customer-${id}` } }));
  return events.sqs(orders);
}

/** What is still under way when the invocation has ended, datagrams above all, gets a moment. */
async function settled(backend: Backend): Promise<{ readonly spans: number; readonly roots: number }> {
  let [spans, roots] = [0, 0];
  for (let quiet = 0; quiet < 2; quiet += 1) {
    await setTimeout(30);
    const arrived = backend.take();
    spans += arrived.spans;
    roots += arrived.roots;
    if (arrived.requests > 0) quiet = -1;
  }
  return { spans, roots };
}

/** Datadog without its extension prints its traces. */
function printedSpans(sandbox: Sandbox, from: number): number {
  const lines = sandbox.output().text.slice(from).split('\n');
  return lines.reduce(
    (sum, line) => (line.startsWith('{"traces":') ? sum + (line.match(/"span_id":/g)?.length ?? 0) : sum),
    0,
  );
}
