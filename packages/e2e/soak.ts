import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { startRuntime } from '@tracelet/testing';
import { runtimeClients } from './clients.ts';
import { makeBundles } from './lifecycle.fixture.ts';

/**
 * Invokes a function 100,000 times while its backend is down, and fails when its memory goes on growing.
 *
 * Run: pnpm soak [invocations, from 100,000 on]
 */
const INVOCATIONS = Number(process.argv[2] ?? 100_000);
const SAMPLES = 20;

/**
 * What waits for the backend is bounded to 8 MiB, which are full after some 30,000 invocations. From then on nothing may
 * grow; the runtime client by itself does by 5 MB.
 */
const FULL_AT = 0.4;
const LEAST = 100_000;
const GROWTH_MB = 10;

if (import.meta.main) {
  if (INVOCATIONS < LEAST) throw new Error(`Fewer than ${LEAST} invocations do not tell.`);
  const leg = runtimeClients().find(({ missing }) => missing === undefined);
  const client = leg ?? { client: { kind: 'loop' } as const };
  const bundles = makeBundles();
  const runtime = await startRuntime({
    ...client,
    handler: 'index.handler',
    taskRoot: await bundles.of('done'),
    freeze: false,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await unusedPort()}` },
  });
  const samples: number[] = [];
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    for (let count = 0; count < INVOCATIONS / SAMPLES; count += 1) {
      const { payload, status } = await runtime.invoke({});
      if (payload !== 'done') throw new Error(`An invocation ended with ${status}.`);
    }
    // The local runtime keeps every call for whoever wants to look; nobody does here.
    (runtime.calls as unknown[]).length = 0;
    const rssMb = residentMb(runtime.pid);
    samples.push(rssMb);
    process.stdout.write(`${(sample * INVOCATIONS) / SAMPLES} invocations, ${rssMb.toFixed(1)} MB resident\n`);
  }
  await runtime.shutdown();
  bundles.dispose();
  const [early, late] = [samples.slice(SAMPLES * FULL_AT, SAMPLES * 0.7), samples.slice(SAMPLES * 0.7)].map(mean) as [
    number,
    number,
  ];
  const isFlat = late - early < GROWTH_MB;
  const verdict = isFlat ? 'flat' : 'NOT flat';
  process.stdout.write(`${verdict}: ${early.toFixed(1)} MB on average up to 70 %, ${late.toFixed(1)} MB after it\n`);
  process.exitCode = isFlat ? 0 : 1;
}

/** Linux only. */
function residentMb(pid: number): number {
  const [, kb = 0] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) / 1024;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A port that refuses. */
async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
