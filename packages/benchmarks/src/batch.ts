/**
 * What spans of 10,000 records cost: a batch wrapper with `maxRecordSpans: Infinity` beside the bare loop, CPU time a
 * record and peak memory, encoding and sending included. Every span has to arrive at the sink, the invocation's own
 * first, in bodies of at most 4 MiB.
 *
 * The sink and each contestant are processes of their own; contestants take turns, a fresh process each round.
 *
 * Run: node packages/benchmarks/src/batch.ts
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { defineLambda } from '@tracelet/lambda';
import { events, fakeContext, startSink } from '@tracelet/testing';

const RECORDS = 10_000;
const ROUNDS = 7;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const BUDGET = { us: 5, mib: 64 };

type Source = 'sqs' | 'kinesis' | 'dynamodb';

const SOURCES: readonly Source[] = ['sqs', 'kinesis', 'dynamodb'];

interface Cost {
  readonly us: number;
  readonly mib: number;
}

interface Arrived {
  readonly spans: number;
  readonly first: string;
  readonly largestBytes: number;
}

const [role, source = 'sqs'] = process.argv.slice(2) as [string | undefined, Source | undefined];
if (role === 'sink') await serve();
else if (role === 'bare' || role === 'traced') await contest(role, source);
else await judge();

async function judge(): Promise<void> {
  const missed: string[] = [];
  for (const one of SOURCES) {
    const rounds: { bare: Cost; traced: Cost }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const sink = start(['sink']);
      const [url] = (await once(sink, 'message')) as [string];
      const bare = await play(one, 'bare', url);
      const traced = await play(one, 'traced', url);
      sink.send('report');
      const [arrived] = (await once(sink, 'message')) as [Arrived];
      if (arrived.spans !== RECORDS + 2) missed.push(`${one}: ${arrived.spans} of ${RECORDS + 2} spans arrived`);
      if (arrived.first !== 'SERVER') missed.push(`${one}: the first span that arrived is a ${arrived.first} span`);
      if (arrived.largestBytes > MAX_BODY_BYTES) missed.push(`${one}: a body of ${arrived.largestBytes} bytes`);
      rounds.push({ bare, traced });
    }
    const us = median(rounds.map(({ bare, traced }) => (traced.us - bare.us) / RECORDS));
    const mib = median(rounds.map(({ bare, traced }) => traced.mib - bare.mib));
    process.stdout.write(`${one}: +${us.toFixed(2)} us CPU a record, +${mib.toFixed(1)} MiB peak memory\n`);
    if (us > BUDGET.us) missed.push(`${one}: ${us.toFixed(2)} us a record, budget ${BUDGET.us}`);
    if (mib > BUDGET.mib) missed.push(`${one}: ${mib.toFixed(1)} MiB, budget ${BUDGET.mib}`);
  }
  for (const line of missed) process.stdout.write(`missed: ${line}\n`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

async function play(one: Source, who: 'bare' | 'traced', url: string): Promise<Cost> {
  const env = {
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    // Nobody answers there, so the flush happens before the response and belongs to what is measured.
    AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    TRACELET_FLUSH_TIMEOUT: '20000',
    OTEL_LOG_LEVEL: 'error',
  };
  const [cost] = (await once(start([who, one], env), 'message')) as [Cost];
  return cost;
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return fork(import.meta.filename, args, { env: { ...process.env, ...env } });
}

/** One small batch to warm the code up, then the large one. */
async function contest(who: 'bare' | 'traced', one: Source): Promise<void> {
  let done = 0;
  const each = async (): Promise<void> => {
    done += 1;
  };
  const lambda = defineLambda({ batch: { maxRecordSpans: Infinity } });
  const wrappers = { sqs: lambda.sqs(each), kinesis: lambda.kinesis(each), dynamodb: lambda.dynamodb(each) };
  const bare = async ({ Records }: { Records: readonly unknown[] }): Promise<void> => {
    for (const _record of Records) await each();
  };
  const handler = (who === 'bare' ? bare : wrappers[one]) as (event: unknown, context: unknown) => Promise<unknown>;
  const [small, large] = [eventOf(one, 200), eventOf(one, RECORDS)];
  const context = fakeContext({ remainingMs: 30_000 });
  await handler(small, context);
  const before = process.cpuUsage();
  await handler(large, context);
  const { system, user } = process.cpuUsage(before);
  if (done !== RECORDS + 200) throw new Error(`${done} records ran`);
  process.send?.({ us: user + system, mib: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}

function eventOf(one: Source, count: number): unknown {
  const list = Array.from({ length: count }, (_, id) => id);
  if (one === 'sqs') return events.sqs(list.map((id) => ({ body: { id, total: 12.5, customer: `customer-${id}` } })));
  if (one === 'kinesis') return events.kinesis(list.map((id) => ({ data: { id, page: '/', visitor: `v-${id}` } })));
  return events.dynamodb(list.map((id) => ({ newImage: { id: `order-${id}`, total: id } })));
}

/** Takes everything, and tells what came since the last report of the small batches. */
async function serve(): Promise<void> {
  const sink = await startSink();
  process.on('message', () => {
    const large = sink.traces.filter((trace) => trace.length > 1000);
    const report: Arrived = {
      spans: large.flat().length,
      first: large[0]?.[0]?.kind ?? 'missing',
      largestBytes: Math.max(...sink.requests.map(({ body }) => body.length)),
    };
    process.send?.(report, () => void sink.close().then(() => process.disconnect()));
  });
  process.send?.(sink.url);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}
