import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runtimeClients } from '../../e2e/clients.ts';
import { setUpClients } from '../../e2e/setup.ts';
import { type Contestant, isThere } from './contestants.ts';
import type { Row } from './data.ts';
import { installPeer } from './peers.ts';
import { type Deployed, deploy, type From } from './prepare.ts';
import { type Backend, startBackend } from './stage/backend.ts';
import { pinDriver, type Sandbox, startSandbox } from './stage/sandbox.ts';
import { type Spread, spread } from './stats.ts';

/** A bench set up: functions deployed, client installed, driver on its CPU. */
export interface Bench {
  readonly contestants: readonly Contestant[];
  /** Why a contestant cannot take part, by its id. */
  readonly problems: ReadonlyMap<string, string>;
  deployed(contestant: Contestant): Deployed;
  /** Starts a contestant's function, or the one that it has for batches. */
  start(contestant: Contestant, options?: StartOptions): Promise<Sandbox>;
  readonly backend: Backend;
  /** How often and how long, unless the command line says otherwise. */
  turns(rounds: number, maxSeconds: number): Turns;
  say(line: string): void;
  close(): void;
}

/** How a function is started. */
export interface StartOptions {
  readonly backend?: Backend;
  readonly share?: number;
  readonly nodeArgs?: readonly string[];
  readonly keepsOutput?: boolean;
  readonly forBatch?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Installs, bundles and starts what the parts need. Throws when there is no runtime client. */
export async function openBench(
  contestants: readonly Contestant[],
  from: From,
  fixedRuns: number | undefined,
): Promise<Bench> {
  const say = (line: string): unknown => process.stderr.write(`${line}\n`);
  const clientPath = findClient(say);
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-bench-'));
  const problems = new Map<string, string>();
  const functions = new Map<string, Deployed>();
  for (const one of contestants) {
    const problem = one.modules === undefined || one.modules === 'tracelet' ? undefined : installPeer(one.modules);
    if (problem !== undefined && !isThere(one)) {
      problems.set(one.id, problem);
      say(`!! ${one.label}: ${problem}`);
      continue;
    }
    functions.set(one.id, await deploy(one, join(folder, one.id), from));
    if (one.batchEntry === undefined) continue;
    functions.set(`${one.id}/batch`, await deploy(one, join(folder, `${one.id}-batch`), from, one.batchEntry));
  }
  const find = (key: string): Deployed => {
    const found = functions.get(key);
    if (found === undefined) throw new Error(problems.get(key) ?? `${key} is not deployed.`);
    return found;
  };
  const backend = await startBackend();
  pinDriver();
  return {
    contestants,
    problems,
    backend,
    say,
    turns: (rounds, maxSeconds) => (fixedRuns === undefined ? { rounds, maxSeconds } : { rounds: fixedRuns }),
    deployed: ({ id }) => find(id),
    start: (one, { backend: other = backend, env = {}, forBatch = false, ...rest } = {}) => {
      const key = forBatch && one.batchEntry !== undefined ? `${one.id}/batch` : one.id;
      return startSandbox({ taskRoot: find(key).taskRoot, clientPath, env: { ...one.env(other), ...env }, ...rest });
    },
    close: () => {
      backend.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How often a part is played. */
export interface Turns {
  readonly rounds: number;
  /** Whether a round that does not count comes first. */
  readonly warmsUp?: boolean;
  /** No round is begun that would end later, from the second on; unless the command line sets the rounds. */
  readonly maxSeconds?: number;
  /** Those of the bench by default. */
  readonly contestants?: readonly Contestant[];
}

/**
 * Has every contestant run once a round, in turn. One that fails is left out from then on, and its row says why.
 *
 * @returns The rows, and how many rounds there were.
 */
export async function inTurns(
  bench: Bench,
  { contestants = bench.contestants, maxSeconds = Number.POSITIVE_INFINITY, rounds, warmsUp = false }: Turns,
  measure: (contestant: Contestant) => Promise<Readonly<Record<string, number>>>,
): Promise<{ readonly rows: readonly Row[]; readonly rounds: number }> {
  const problems = new Map(bench.problems);
  const results = new Map<string, Record<string, number>[]>();
  const startedAt = performance.now();
  let round = 0;
  for (; round < rounds; round += 1) {
    const seconds = (performance.now() - startedAt) / 1000;
    if (round > 0 && seconds + seconds / round > maxSeconds) break;
    for (const one of contestants) {
      if (problems.has(one.id)) continue;
      try {
        if (warmsUp && round === 0) await measure(one);
        results.set(one.id, [...(results.get(one.id) ?? []), await measure(one)]);
      } catch (error) {
        const reason = (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ').slice(0, 200);
        problems.set(one.id, `failed: ${reason}`);
        bench.say(`!! ${one.label} ${reason}`);
      }
    }
  }
  const rows = contestants.map(({ id, label }) => rowOf(id, label, results.get(id) ?? [], problems.get(id)));
  return { rows, rounds: round };
}

/** Sums up what a contestant's runs measured. */
export function rowOf(
  id: string,
  label: string,
  results: readonly Readonly<Record<string, number>>[],
  problem?: string,
): Row {
  const names = [...new Set(results.flatMap((values) => Object.keys(values)))];
  const values: Record<string, Spread> = {};
  for (const name of names) values[name] = spread(results.map((result) => result[name] as number));
  return { id, label, ...(problem === undefined ? {} : { problem }), values };
}

function findClient(say: (line: string) => unknown): string {
  const find = () =>
    runtimeClients().find(
      ({ client, missing, name }) => client.major === 4 && name.endsWith('Node 24') && missing === undefined,
    );
  if (find() === undefined) setUpClients(say);
  const leg = find();
  if (leg === undefined)
    throw new Error('The runtime client is not installed, and cannot be: run pnpm e2e:setup and see what it says.');
  return leg.client.path;
}
