import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { type ApiServer, startApi } from './api-server.ts';
import { createEnvironment, type Environment, fail } from './environment.ts';
import { LOOP_SOURCE } from './loop-source.ts';
import type { ExitStatus, RuntimeCall, RuntimeOptions } from './runtime-types.ts';
import { type SandboxProcess, spawnSandbox } from './sandbox-process.ts';

/** A started environment: its state, its API and its process. */
export interface Sandbox {
  readonly environment: Environment;
  readonly api: ApiServer;
  readonly process: SandboxProcess & { readonly pid: number };
  readonly startedAt: number;
  /** Resolves when the process is gone. */
  readonly ended: Promise<ExitStatus>;
  /** Closes the API and removes the files; to be called when the process is gone. */
  dispose(): Promise<void>;
  hasServed: boolean;
}

/** The account of every ARN of the kit. */
export const ACCOUNT_ID = '123456789012';

/** Starts a new environment: the API server first, then the runtime client in a process of its own. */
export async function launch(
  options: RuntimeOptions,
  calls: RuntimeCall[],
  onLine: (stream: 'stdout' | 'stderr', line: string) => void,
): Promise<Sandbox> {
  const functionName = options.functionName ?? 'local-function';
  const functionVersion = options.version ?? '$LATEST';
  const region = options.env?.AWS_REGION ?? 'eu-west-1';
  const environment = createEnvironment({
    functionName,
    functionVersion,
    functionArn: `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${functionName}`,
    accountId: ACCOUNT_ID,
    handler: options.handler,
    externalExtensions: options.externalExtensions ?? [],
    registration: options.registration ?? {},
    isManaged: options.maxConcurrency !== undefined,
  });
  const nodePath = options.nodePath ?? process.execPath;
  const executionEnv = `AWS_Lambda_nodejs${await nodeMajor(nodePath)}.x`;
  const folder = await mkdtemp(join(tmpdir(), 'tracelet-runtime-'));
  const args = await clientArgs(options, folder);
  const api = await startApi(environment, calls);
  const startedAt = performance.now();
  const sandboxProcess = spawnSandbox({
    command: nodePath,
    args: [...(options.nodeArgs ?? []), ...args],
    cwd: options.taskRoot,
    env: {
      ...standardEnv(options, { functionName, functionVersion, region, executionEnv }),
      ...apiEnv(api),
      ...options.env,
    },
    onLine,
  });
  const ended = sandboxProcess.exited.then((status) => {
    fail(environment, { status: 'crash', error: exitError(status) });
    return status;
  });
  const dispose = async (): Promise<void> => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  };
  const { pid } = sandboxProcess;
  if (pid === undefined) {
    await dispose();
    throw new Error(`Cannot start ${nodePath} in ${options.taskRoot}: check that nodePath and taskRoot exist.`);
  }
  return { environment, api, process: { ...sandboxProcess, pid }, startedAt, ended, dispose, hasServed: false };
}

async function clientArgs({ client, handler }: RuntimeOptions, folder: string): Promise<string[]> {
  if (client.kind === 'loop') {
    const file = join(folder, 'runtime.mjs');
    await writeFile(file, LOOP_SOURCE);
    return [file];
  }
  const entry = client.path.endsWith('.mjs')
    ? client.path
    : join(client.path, client.major === 4 ? '' : 'bin', 'index.mjs');
  // Version 4 reads the handler from `_HANDLER`; version 3 takes it as an argument and the task root as its folder.
  return client.major === 4 ? [resolve(entry)] : [resolve(entry), handler];
}

function standardEnv(
  options: RuntimeOptions,
  facts: { functionName: string; functionVersion: string; region: string; executionEnv: string },
): Record<string, string> {
  // Built from nothing but these: a variable of the shell (OTEL_*, AWS_*, NODE_OPTIONS) must not change what is tested.
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'TMPDIR', 'TEMP', 'SystemRoot'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(kept),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: facts.region,
    AWS_DEFAULT_REGION: facts.region,
    AWS_EXECUTION_ENV: facts.executionEnv,
    AWS_LAMBDA_FUNCTION_NAME: facts.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: facts.functionVersion,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(options.memoryMb ?? 512),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${facts.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `2026/01/01/[${facts.functionVersion}]0123456789abcdef0123456789abcdef`,
    AWS_LAMBDA_INITIALIZATION_TYPE: options.initializationType ?? 'on-demand',
    ...managedEnv(options),
    LAMBDA_TASK_ROOT: options.taskRoot,
    _HANDLER: options.handler,
  };
}

function managedEnv({ maxConcurrency, workerCount = 2 }: RuntimeOptions): Record<string, string> {
  if (maxConcurrency === undefined) return {};
  return {
    AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
    AWS_LAMBDA_MAX_CONCURRENCY: String(maxConcurrency),
    AWS_LAMBDA_NODEJS_WORKER_COUNT: String(workerCount),
  };
}

function apiEnv(api: ApiServer): Record<string, string> {
  return { AWS_LAMBDA_RUNTIME_API: api.address };
}

async function nodeMajor(nodePath: string): Promise<string> {
  if (nodePath === process.execPath) return process.versions.node.split('.')[0] ?? '';
  try {
    const { stdout } = await promisify(execFile)(nodePath, ['--version'], { timeout: 5_000 });
    return /^v(\d+)/.exec(stdout)?.[1] ?? '';
  } catch (cause) {
    throw new Error(`Cannot run ${nodePath} --version: check nodePath.`, { cause });
  }
}

function exitError({ exitCode, signal }: ExitStatus): { errorType: string; errorMessage: string; trace: string[] } {
  const reason = signal === null ? `exit status ${exitCode}` : `signal: ${signal}`;
  const how = exitCode === 0 ? 'exited without providing a reason' : `exited with error: ${reason}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime ${how}`, trace: [] };
}
