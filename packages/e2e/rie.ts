import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { startSink } from '@tracelet/testing';
import { runtimeClients } from './clients.ts';
import { makeBundles } from './lifecycle.fixture.ts';

/**
 * Runs a function in AWS's own runtime interface emulator, which is not ours and carries code of the real sandbox:
 * registration, polling for INVOKE and shutdown are judged by it.
 *
 * Run: pnpm test:rie. The emulator is taken from AWS_LAMBDA_RIE, the path, or an installed AWS SAM CLI, which ships it.
 *
 * @see https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
const PORT = 9099;
const INVOCATIONS = 3;
const SOURCE = 'https://github.com/aws/aws-lambda-runtime-interface-emulator';

if (import.meta.main) {
  const emulatorPath = findEmulator();
  const leg = runtimeClients().find(({ client, missing }) => client.major === 4 && missing === undefined);
  if (leg === undefined) skip('runtime client 4: pnpm e2e:setup');
  else if (emulatorPath === undefined) skip(...emulatorNeeds());
  else process.exitCode = (await play(emulatorPath, leg.nodePath, leg.client.path)) ? 0 : 1;
}

/** Looks for the file alone: the emulator takes whatever it is called with for a command to run, `--help` as well. */
function findEmulator(): string | undefined {
  const { AWS_LAMBDA_RIE: given, PATH: path = '' } = process.env;
  const inPath = path.split(delimiter).map((folder) => join(folder, 'aws-lambda-rie'));
  return [given, ...inPath, samEmulator()].find((file) => file !== undefined && existsSync(file));
}

function samEmulator(): string | undefined {
  const { stdout } = spawnSync('python3', ['-c', 'import samcli; print(samcli.__path__[0])'], { encoding: 'utf8' });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  return stdout ? join(stdout.trim(), `local/rapid/aws-lambda-rie-${architecture}`) : undefined;
}

function skip(...needs: readonly string[]): void {
  process.stdout.write(`SKIPPED, this needs:\n${needs.map((need) => `- ${need}\n`).join('')}`);
}

function emulatorNeeds(): readonly string[] {
  const hasGo = spawnSync('go', ['version'], { stdio: 'ignore' }).error === undefined;
  return [
    'aws-lambda-rie in AWS_LAMBDA_RIE or in the path; either of these gives it:',
    '  AWS SAM CLI: pip install aws-sam-cli',
    `  a build of ${SOURCE}: go build ./cmd/aws-lambda-rie${hasGo ? '' : ' (with Go 1.25 or newer, which is absent)'}`,
  ];
}

async function play(emulatorPath: string, nodePath: string, clientPath: string): Promise<boolean> {
  const sink = await startSink();
  const bundles = makeBundles();
  const taskRoot = await bundles.of('done');
  const args = ['--log-level', 'debug', '--runtime-interface-emulator-address', `127.0.0.1:${PORT}`];
  const emulator = spawn(emulatorPath, [...args, nodePath, clientPath, 'index.handler'], {
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
  const ended = await Promise.race([once(emulator, 'exit').then(() => true), sleep(5000, false)]);
  const calls = Array.from(
    log.matchAll(/API request - (?:GET|POST) \S+?\/(register|invocation\/next|event\/next|response),/g),
  );
  const turn = ['response', 'invocation/next', 'event/next'];
  const expected = ['register', 'invocation/next', 'event/next', ...Array(INVOCATIONS).fill(turn).flat()];
  const checks = {
    'the extension is registered for INVOKE alone': /tracelet \(\S+\) registered, subscribed to \[INVOKE\]/.test(log),
    'registration, first polls, then response, next event and next poll of each invocation': isDeepStrictEqual(
      calls.map(([, call]) => call),
      expected,
    ),
    'every invocation answers': payloads.every((payload) => payload === '"done"'),
    'every span arrives': sink.spans.filter(({ name }) => name === 'rie').length === INVOCATIONS,
    'shutdown ends the function and the emulator': ended && /Shutdown the runtime\./.test(log),
  };
  for (const [check, holds] of Object.entries(checks)) process.stdout.write(`${holds ? 'ok' : 'FAILED'}: ${check}\n`);
  const isGood = Object.values(checks).every(Boolean);
  if (!isGood) process.stdout.write(log);
  emulator.kill('SIGKILL');
  await sink.close();
  bundles.dispose();
  return isGood;
}
