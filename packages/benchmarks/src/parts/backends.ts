import { type Bench, rowOf } from '../bench.ts';
import { type Contestant, contestant } from '../contestants.ts';
import type { PartData, Row } from '../data.ts';
import { type Mood, startBackend } from '../stage/backend.ts';
import type { Sandbox } from '../stage/sandbox.ts';
import { quantile } from '../stats.ts';

const MOODS: readonly Mood[] = ['200 ms', 'refused', 'black hole'];
const WARM_UP = 50;
const PEER_INVOCATIONS = 2;
/** Longer than any time-out of the peers; what takes longer is given up. */
const PATIENCE_MS = 20_000;

/**
 * What a backend's troubles add to the answer. tracelet takes turns with the bare function, alone on the machine, for
 * the sake of its p99; the peers wait for seconds, so they wait together.
 */
export async function backends(bench: Bench, invocations: number): Promise<PartData> {
  const names = bench.contestants.filter(({ isVariant }) => !isVariant).map(({ id }) => id);
  const peers = names.filter((id) => !['bare', 'tracelet-esm', 'tracelet-traces'].includes(id)).map(contestant);
  const rows: Row[] = [];
  const bare: Record<string, number> = {};
  const own: Record<string, number> = {};
  for (const mood of MOODS) await playOwn(bench, mood, invocations, bare, own);
  rows.push(rowOf('bare', contestant('bare').label, [bare]));
  rows.push(rowOf('tracelet-esm', contestant('tracelet-esm').label, [own]));
  rows.push(...(await Promise.all(peers.map((peer) => playPeer(bench, peer)))));
  return {
    runs: `${invocations} invocations each of the bare function and tracelet, ${PEER_INVOCATIONS} of the peers`,
    rows,
  };
}

async function playOwn(
  bench: Bench,
  mood: Mood,
  count: number,
  bare: Record<string, number>,
  own: Record<string, number>,
): Promise<void> {
  const backend = await startBackend();
  const plain = await bench.start(contestant('bare'), { backend });
  const traced = await bench.start(contestant('tracelet-esm'), { backend });
  try {
    const play = async (times: number): Promise<void> => {
      const lists = { plain: [] as number[], traced: [] as number[], busy: [] as number[] };
      for (let time = 0; time < times; time += 1) {
        lists.plain.push((await plain.invoke({})).latencyMs);
        const { busyMs, latencyMs } = await traced.invoke({});
        lists.traced.push(latencyMs);
        lists.busy.push(busyMs);
      }
      Object.assign(bare, figures(mood, lists.plain, lists.plain));
      Object.assign(own, figures(mood, lists.traced, lists.busy));
    };
    await play(WARM_UP);
    await backend.turn(mood);
    await play(count);
  } finally {
    await Promise.all([plain.stop(), traced.stop()]);
    backend.close();
  }
}

async function playPeer(bench: Bench, peer: Contestant): Promise<Row> {
  const problem = bench.problems.get(peer.id);
  if (problem !== undefined) return rowOf(peer.id, peer.label, [], problem);
  const values: Record<string, number> = {};
  try {
    for (const mood of MOODS) Object.assign(values, await sufferOf(bench, peer, mood));
    return rowOf(peer.id, peer.label, [values]);
  } catch (error) {
    return rowOf(peer.id, peer.label, [values], `failed: ${String(error).slice(0, 200)}`);
  }
}

async function sufferOf(bench: Bench, peer: Contestant, mood: Mood): Promise<Record<string, number>> {
  const backend = await startBackend();
  const sandbox = await bench.start(peer, { backend });
  try {
    for (let time = 0; time < 5; time += 1) await sandbox.invoke({});
    await backend.turn(mood);
    const latencies: number[] = [];
    const busy: number[] = [];
    for (let time = 0; time < PEER_INVOCATIONS; time += 1) {
      const times = await patiently(sandbox);
      latencies.push(times?.latencyMs ?? PATIENCE_MS);
      busy.push(times?.busyMs ?? PATIENCE_MS);
      if (times === undefined) break;
    }
    return figures(mood, latencies, busy);
  } finally {
    await sandbox.stop();
    backend.close();
  }
}

async function patiently(sandbox: Sandbox): Promise<{ latencyMs: number; busyMs: number } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  const invoked = sandbox.invoke({});
  // Ended by force, it rejects when nobody listens any more.
  invoked.catch(() => {});
  return Promise.race([invoked, over]).finally(() => clearTimeout(timer));
}

function figures(mood: Mood, latencies: readonly number[], busy: readonly number[]): Record<string, number> {
  const sorted = latencies.toSorted((a, b) => a - b);
  const mean = busy.reduce((sum, ms) => sum + ms, 0) / busy.length;
  return { [`${mood} p50`]: quantile(sorted, 0.5), [`${mood} p99`]: quantile(sorted, 0.99), [`${mood} busy`]: mean };
}
