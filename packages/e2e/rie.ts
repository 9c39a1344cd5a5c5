import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSink } from '@tracelet/testing';
import { runtimeClients } from './clients.ts';
import { makeBundles } from './lifecycle.fixture.ts';

/**
 * Runs a function in AWS's own runtime interface emulator, which is not ours and carries code of the real sandbox:
 * registration, polling for INVOKE and shutdown are judged by it.
 *
 * Run: pnpm test:rie. The emulator is found in the path, or by AWS_LAMBDA_RIE.
 *
 * @see https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
const RIE = process.env.AWS_LAMBDA_RIE ?? 'aws-lambda-rie';
const PORT = 9099;
const INVOCATIONS = 3;

if (import.meta.main) {
  const leg = runtimeClients().find(({ client, missing }) => client.major === 4 && missing === undefined);
  const needs = [isThere(RIE, '--help') ? [] : emulatorNeeds(), leg ? [] : ['runtime client 4: pnpm e2e:setup']].flat();
  if (leg === undefined || needs.length > 0) {
    process.stdout.write(`SKIPPED, this needs:\n${needs.map((need) => `- ${need}\n`).join('')}`);
  } else process.exitCode = (await play(leg.nodePath, leg.client.path)) ? 0 : 1;
}

function isThere(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, [...args], { stdio: 'ignore', timeout: 5000 }).error === undefined;
}

function emulatorNeeds(): readonly string[] {
  const source = 'https://github.com/aws/aws-lambda-runtime-interface-emulator';
  return [
    ...(isThere('go', 'version') ? [] : ['Go 1.25 or newer, to build the emulator']),
    `aws-lambda-rie in the path or in AWS_LAMBDA_RIE: in a checkout of ${source}, go build ./cmd/aws-lambda-rie`,
  ];
}

async function play(nodePath: string, clientPath: string): Promise<boolean> {
  const sink = await startSink();
  const bundles = makeBundles();
  const taskRoot = await bundles.of('done');
  const args = ['--log-level', 'debug', '--runtime-interface-emulator-address', `127.0.0.1:${PORT}`];
  const emulator = spawn(RIE, [...args, nodePath, clientPath, 'index.handler'], {
    cwd: taskRoot,
    env: {
      PATH: process.env.PATH,
      _HANDLER: 'index.handler',
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_FUNCTION_NAME: 'rie',
      AWS_LAMBDA_FUNCTION_TIMEOUT: '3',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [emulator.stdout, emulator.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  await sleep(500);
  const payloads: string[] = [];
  for (let count = 0; count < INVOCATIONS; count += 1) {
    const url = `http://127.0.0.1:${PORT}/2015-03-31/functions/function/invocations`;
    payloads.push(await (await fetch(url, { method: 'POST', body: '{}' })).text());
  }
  await sleep(500);
  emulator.kill('SIGTERM');
  await Promise.race([once(emulator, 'exit'), sleep(5000)]);
  const checks = {
    'the extension is registered for INVOKE': /tracelet.*INVOKE/i.test(log),
    'every invocation answers': payloads.every((payload) => payload === '"done"'),
    'every span arrives': sink.spans.filter(({ name }) => name === 'rie').length === INVOCATIONS,
  };
  for (const [check, holds] of Object.entries(checks)) process.stdout.write(`${holds ? 'ok' : 'FAILED'}: ${check}\n`);
  const isGood = Object.values(checks).every(Boolean);
  if (!isGood) process.stdout.write(log);
  emulator.kill('SIGKILL');
  await sink.close();
  bundles.dispose();
  return isGood;
}
