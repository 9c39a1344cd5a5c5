import { setTimeout } from 'node:timers/promises';
import { type Bench, inTurns, type Turns } from '../bench.ts';
import type { PartData } from '../data.ts';
import type { Sandbox } from '../stage/sandbox.ts';
import { quantile } from '../stats.ts';

const WARM_UP = 400;
const INVOCATIONS = 1500;

/** Invocations one after the other, the backend fast, a fresh process each round. */
export async function warm(bench: Bench, turns: Turns): Promise<PartData> {
  const { rounds, rows } = await inTurns(bench, turns, async (contestant) => {
    const sandbox = await bench.start(contestant);
    try {
      await latencies(sandbox, WARM_UP);
      const heapBefore = await heapBytes(sandbox);
      await latencies(sandbox, 50);
      bench.backend.take();
      const cpuBefore = sandbox.cpuMs();
      const sorted = await latencies(sandbox, INVOCATIONS);
      const cpuUs = ((sandbox.cpuMs() - cpuBefore) * 1000) / INVOCATIONS;
      const heapAfter = await heapBytes(sandbox);
      await setTimeout(20);
      const arrived = bench.backend.take();
      return {
        cpuUs,
        p50Us: quantile(sorted, 0.5) * 1000,
        p99Us: quantile(sorted, 0.99) * 1000,
        rssMb: sandbox.memory().rssMb,
        heapBytes: (heapAfter - heapBefore) / (INVOCATIONS + 50),
        spans: arrived.spans / INVOCATIONS,
        bytes: arrived.bytes / INVOCATIONS,
      };
    } finally {
      await sandbox.stop();
    }
  });
  return { runs: `${rounds} run${rounds === 1 ? '' : 's'} of ${INVOCATIONS.toLocaleString('en')} invocations`, rows };
}

async function latencies(sandbox: Sandbox, count: number): Promise<readonly number[]> {
  const list: number[] = [];
  for (let index = 0; index < count; index += 1) list.push((await sandbox.invoke({})).latencyMs);
  return list.sort((a, b) => a - b);
}

async function heapBytes(sandbox: Sandbox): Promise<number> {
  return Number((await sandbox.invoke({ kind: 'heap' })).payload);
}
