/**
 * What the span of a downstream call costs in CPU time, trace context sent along: calls from a wrapped handler to a
 * loopback server, with and without the default integrations.
 *
 * The server and both contestants are processes of their own; the contestants take turns, a round each.
 *
 * Run: node packages/benchmarks/src/downstream.ts
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLambda, idlePipeline, makeHost, setUpPlugins } from '@tracelet/core';
import { defaultIntegrations } from '@tracelet/instrument';
import { startSdk } from '@tracelet/sdk';

const CALLS = 20;
const INVOCATIONS = 100;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 20;
const BUDGET_US = { http: 18, fetch: 30 };

type Client = keyof typeof BUDGET_US;

interface Round {
  readonly client: Client;
  readonly port: number;
}

const agent = new Agent({ keepAlive: true });

const clients: Readonly<Record<Client, (url: string) => Promise<string>>> = {
  http: (url) =>
    new Promise((resolve, reject) => {
      get(url, { agent }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += String(chunk);
        });
        response.on('end', () => resolve(body));
      }).on('error', reject);
    }),
  fetch: async (url) => (await fetch(url)).text(),
};

const role = process.argv[2];
if (role === 'server') serve();
else if (role === 'bare' || role === 'traced') contest(role);
else await judge();

/** Answers whether a trace context was sent along. */
function serve(): void {
  const server = createServer((request, response) => {
    response.end(request.headers.traceparent === undefined ? 'bare' : 'traced');
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

/** Runs rounds on demand, and answers each with the CPU time of one call in microseconds. */
function contest(expected: string): void {
  const { tracer } = startSdk({ OTEL_TRACES_EXPORTER: 'none' });
  const lambda = createLambda({ pipeline: () => idlePipeline({ tracer }), settings: {}, above: () => [] });
  if (expected === 'traced') setUpPlugins(defaultIntegrations(), makeHost(tracer));
  const handler = lambda(async ({ client, port }: Round) => {
    for (let i = 0; i < CALLS; i++) {
      const seen = await clients[client](`http://127.0.0.1:${port}/orders/7`);
      if (seen !== expected) throw new Error(`the server saw a ${seen} call, not a ${expected} one`);
    }
  });
  process.on('message', async (round: Round) => {
    const cpu = process.cpuUsage();
    for (let i = 0; i < INVOCATIONS; i++) await handler(round, {} as never);
    const { system, user } = process.cpuUsage(cpu);
    process.send?.((system + user) / INVOCATIONS / CALLS);
  });
}

async function judge(): Promise<void> {
  const [server, bare, traced] = ['server', 'bare', 'traced'].map((name) => fork(new URL(import.meta.url), [name])) as [
    ChildProcess,
    ChildProcess,
    ChildProcess,
  ];
  const [port] = (await once(server, 'message')) as [number];
  for (const client of ['http', 'fetch'] as const) {
    const rounds: { readonly bare: number; readonly traced: number }[] = [];
    for (let i = 0; i < WARM_UP_ROUNDS + ROUNDS; i++) {
      rounds.push({ bare: await run(bare, { client, port }), traced: await run(traced, { client, port }) });
    }
    report(client, rounds.slice(WARM_UP_ROUNDS));
  }
  for (const child of [server, bare, traced]) child.kill();
}

function report(client: Client, rounds: readonly { readonly bare: number; readonly traced: number }[]): void {
  const bareUs = quiet(rounds.map(({ bare }) => bare));
  const tracedUs = quiet(rounds.map(({ traced }) => traced));
  const addedUs = tracedUs - bareUs;
  const within = addedUs <= BUDGET_US[client];
  process.stdout.write(
    `${client}: bare ${bareUs.toFixed(1)} us a call, traced ${tracedUs.toFixed(1)} us, added ${addedUs.toFixed(1)} us, ` +
      `${within ? 'within' : 'over'} the budget of ${BUDGET_US[client]} us\n`,
  );
  if (!within) process.exitCode = 1;
}

async function run(contestant: ChildProcess, round: Round): Promise<number> {
  const answered = once(contestant, 'message');
  contestant.send(round);
  const [us] = (await answered) as [number];
  return us;
}

/** The lower quartile: rounds that shared the processor with others cost up to twice as much. */
function quiet(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}
