// What one log line costs in CPU time, against the line that everybody would write by hand (JSON.stringify and
// process.stdout.write), against pino and against the Powertools Logger. The two are installed on the first run.
//
//   node packages/benchmarks/src/log-line.ts
//
// Each contestant runs in processes of its own, in turns. Lines are written inside an invocation with an active span, so
// that ids and request are found as they are in a function. They go into a real pipe, in bursts that fit into it: Node
// queues what does not fit, and a queued write costs next to nothing. The pipe is emptied by the clock: a reader that
// waits for each line would be woken by each line, which costs more than the line and differs from machine to machine.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { context as otelContext, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { createLambda, idlePipeline } from '@tracelet/core';
import { log } from '@tracelet/logger';
import { BY_HAND, OURS } from './log-line-names.ts';
import { installLogPeers, type LogLine, pinoLine, powertoolsLine } from './log-peers.ts';

const BURST_LINES = 100;
const BURSTS = 400;
const WARM_UP_BURSTS = 100;
const ROUNDS = 7;
const buffer = Buffer.alloc(64 * 1024);

const REQUEST_ID = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';
const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

/** Writes one line; `index` makes it differ from the one before. */
type Contestant = (index: number) => void;

// Ten fields in all: nine of the logger's, one of the caller's.
const one = (index: number) => ({ orderId: `o-${index}` });
// Ten of the caller's beside the logger's nine.
const ten = (index: number) => ({
  orderId: `o-${index}`,
  customer: 'c-998',
  amount: 1234.5,
  currency: 'EUR',
  items: 3,
  paid: true,
  warehouse: 'eu-central-1',
  step: 'charge',
  attempt: 1,
  durationMs: index / 8,
});

function byHand(fields: object): void {
  const line = {
    timestamp: new Date().toISOString(),
    level: 'INFO',
    message: 'order placed',
    trace_id: SPAN.traceId,
    span_id: SPAN.spanId,
    trace_flags: '01',
    request_id: REQUEST_ID,
    function_name: 'shop',
    cold_start: false,
    ...fields,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const PINO = 'pino, sync child, 10 fields';
const POWERTOOLS = 'Powertools Logger, 10 fields and more';
const BY_HAND_LONG = 'JSON.stringify + stdout.write, 9 + 10 fields';
const OURS_LONG = 'tracelet, 9 + 10 fields';

const facts = { functionName: 'shop', requestId: REQUEST_ID, traceId: SPAN.traceId, spanId: SPAN.spanId };
const contestants: Readonly<Record<string, () => Contestant>> = {
  [BY_HAND]: () => (index) => byHand(one(index)),
  [OURS]: () => (index) => log.info('order placed', one(index)),
  [PINO]: () => of(pinoLine(facts)),
  [POWERTOOLS]: () => of(powertoolsLine(facts)),
  [BY_HAND_LONG]: () => (index) => byHand(ten(index)),
  [OURS_LONG]: () => (index) => log.info('order placed', ten(index)),
};

/** Those of every contestant, as `measureLines` takes them. */
export const lineNames: readonly string[] = Object.keys(contestants);

function of(line: LogLine): Contestant {
  return (index) => line(one(index));
}

/** What a line of ours may cost, of what another's costs. */
const budgets: readonly (readonly [peer: string, ratio: number])[] = [
  [BY_HAND, 0.8],
  [POWERTOOLS, 0.35],
  [PINO, 1],
];

/** What a line costs each contestant in nanoseconds of CPU time, one figure a round; the contestants take turns. */
export async function measureLines(names: readonly string[], rounds: number): Promise<ReadonlyMap<string, number[]>> {
  const results = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) results.get(name)?.push(await runInProcess(name));
  }
  return results;
}

async function compare(): Promise<void> {
  installLogPeers();
  const names = lineNames;
  const results = await measureLines(names, ROUNDS);
  const medianOf = (name: string | undefined): number => quantile(results.get(name ?? '') ?? [], 0.5);
  for (const name of names) {
    const base = name.endsWith('9 + 10 fields') ? BY_HAND_LONG : BY_HAND;
    const cost = medianOf(name).toFixed(0).padStart(6);
    console.log(`${name.padEnd(46)} ${cost} ns/line   ratio ${(medianOf(name) / medianOf(base)).toFixed(2)}`);
  }
  for (const [peer, budget] of budgets) {
    const ratio = medianOf(OURS) / medianOf(peer);
    const met = ratio <= budget;
    console.log(`${OURS} / ${peer}: ${ratio.toFixed(2)}, budget ${budget}: ${met ? 'met' : 'MISSED'}`);
    if (!met) process.exitCode = 1;
  }
}

async function runInProcess(name: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'log-line-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, constants.O_WRONLY);
  const env = { ...process.env, AWS_LAMBDA_FUNCTION_NAME: 'shop' };
  const args = [...process.execArgv, import.meta.filename, name];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', writer, 'pipe'] });
  const emptying = setInterval(() => empty(reader), 1);
  const [report] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
  clearInterval(emptying);
  closeSync(reader);
  closeSync(writer);
  rmSync(folder, { recursive: true });
  if (child.exitCode !== 0) throw new Error(`${name}: ${report}`);
  return Number(report);
}

function empty(reader: number): void {
  try {
    while (readSync(reader, buffer) > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}

async function measure(writeLine: Contestant): Promise<void> {
  otelContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = { startSpan: () => trace.wrapSpanContext(SPAN) } as unknown as Tracer;
  const pipeline = idlePipeline({ tracer });
  const lambda = createLambda({ pipeline: () => pipeline, settings: {}, above: () => [] });
  const handler = lambda(async () => {
    const burstsNs: number[] = [];
    for (let burst = 0; burst < WARM_UP_BURSTS + BURSTS; burst += 1) {
      const before = process.cpuUsage();
      for (let index = 0; index < BURST_LINES; index += 1) writeLine(index);
      const { user, system } = process.cpuUsage(before);
      burstsNs.push(((user + system) * 1000) / BURST_LINES);
      do await setTimeout(1);
      while (process.stdout.writableLength > 0);
    }
    return quantile(burstsNs.slice(WARM_UP_BURSTS), 0.5);
  });
  const context = { functionName: 'shop', awsRequestId: REQUEST_ID, getRemainingTimeInMillis: () => 60_000 } as never;
  process.stderr.write(String(await handler(undefined, context)));
}

function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * at)] ?? Number.NaN;
}

if (import.meta.main) {
  const [, , chosen] = process.argv;
  if (chosen === undefined) await compare();
  else await measure(contestants[chosen]?.() as Contestant);
}
