/**
 * What tracing costs an operation of the AWS SDK in CPU time: DynamoDB's PutItem against a loopback server, bare, traced
 * from outside, and traced from inside (`@tracelet/lambda/aws-sdk`).
 *
 * The server and the contestants are processes of their own; the contestants take turns, a round each. The SDK is the one
 * that `pnpm e2e:setup` installs.
 *
 * Run: node packages/benchmarks/src/downstream-aws.ts
 */
// biome-ignore-all lint/correctness/noUndeclaredDependencies: the SDK is installed beside the workspace.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createLambda, idlePipeline, makeHost, setUpPlugins } from '@tracelet/core';
import { defaultIntegrations } from '@tracelet/instrument';
import { startSdk } from '@tracelet/sdk';

const CALLS = 10;
const INVOCATIONS = 30;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 15;
const WAYS = ['bare', 'outside', 'inside'] as const;

type Way = (typeof WAYS)[number];

interface Client {
  send(command: unknown): Promise<unknown>;
}

const role = process.argv[2];
if (role === 'server') serve();
else if (role !== undefined) await contest(role as Way);
else await judge();

function serve(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

/** Runs a round on demand, and answers with the CPU time of one call in microseconds. */
async function contest(way: Way): Promise<void> {
  // Importing it looks for the SDK and traces it.
  const traced = way === 'inside' ? await import('@tracelet/instrument/aws-sdk') : undefined;
  const require = createRequire(new URL('../../e2e/clients/aws-now/x.js', import.meta.url));
  const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb') as Record<
    string,
    new (
      input: object,
    ) => Client
  >;
  if (DynamoDBClient === undefined || PutItemCommand === undefined) throw new Error('The AWS SDK is not installed.');
  const { tracer } = startSdk({ OTEL_TRACES_EXPORTER: 'none' });
  const lambda = createLambda({ pipeline: () => idlePipeline({ tracer }), settings: {}, above: () => [] });
  if (way !== 'bare') setUpPlugins(defaultIntegrations(), makeHost(tracer));
  let client: Client | undefined;
  const handler = lambda(async (port: number) => {
    client ??= new DynamoDBClient({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    traced?.traceClient(client);
    const input = { TableName: 'orders', Item: { id: { S: '1' } } };
    for (let i = 0; i < CALLS; i++) await client.send(new PutItemCommand(input));
  });
  process.on('message', async (port: number) => {
    const cpu = process.cpuUsage();
    for (let i = 0; i < INVOCATIONS; i++) await handler(port, {} as never);
    const { system, user } = process.cpuUsage(cpu);
    process.send?.((system + user) / INVOCATIONS / CALLS);
  });
}

async function judge(): Promise<void> {
  const start = (name: string) => fork(new URL(import.meta.url), [name]);
  const server = start('server');
  const [port] = (await once(server, 'message')) as [number];
  const contestants = WAYS.map((way) => ({ way, child: start(way), costsUs: [] as number[] }));
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    for (const { child, costsUs } of contestants) {
      const answered = once(child, 'message');
      child.send(port);
      const [us] = (await answered) as [number];
      if (round >= WARM_UP_ROUNDS) costsUs.push(us);
    }
  }
  const [bareUs = 0] = contestants.map(({ costsUs }) => quiet(costsUs));
  for (const { way, child, costsUs } of contestants) {
    const us = quiet(costsUs);
    process.stdout.write(
      `${way}: ${us.toFixed(1)} us a call, ${(us / bareUs).toFixed(2)} of bare, added ${(us - bareUs).toFixed(1)} us\n`,
    );
    child.kill();
  }
  server.kill();
}

/** The lower quartile: rounds that shared the processor with others cost up to twice as much. */
function quiet(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 2] ?? Number.NaN;
}
