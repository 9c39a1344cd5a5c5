import { setTimeout } from 'node:timers/promises';
import { type Bench, inTurns, type Turns } from '../bench.ts';
import type { PartData } from '../data.ts';

const CALLS = 20;
const WARM_UP = 30;
const INVOCATIONS = 120;

/** Invocations that call a service 20 times, one call after the other, by `node:http` and by `fetch`. */
export async function calls(bench: Bench, turns: Turns): Promise<PartData> {
  const { rounds, rows } = await inTurns(bench, turns, async (contestant) => {
    const values: Record<string, number> = {};
    for (const client of ['http', 'fetch'] as const) {
      const sandbox = await bench.start(contestant);
      try {
        const event = { kind: 'calls', client, url: bench.backend.serviceUrl, count: CALLS };
        for (let index = 0; index < WARM_UP; index += 1) await sandbox.invoke(event);
        await setTimeout(20);
        bench.backend.take();
        const before = sandbox.cpuMs();
        for (let index = 0; index < INVOCATIONS; index += 1) await sandbox.invoke(event);
        values[`${client}Us`] = ((sandbox.cpuMs() - before) * 1000) / INVOCATIONS / CALLS;
        await setTimeout(20);
        const arrived = bench.backend.take();
        values[`${client}Context`] = arrived.callsWithContext / INVOCATIONS;
        values[`${client}Spans`] = arrived.spans / INVOCATIONS;
      } finally {
        await sandbox.stop();
      }
    }
    return values;
  });
  return { runs: `${rounds} run${rounds === 1 ? '' : 's'} of ${INVOCATIONS} invocations`, rows };
}
