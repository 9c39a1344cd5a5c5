import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type CpuAccount, openAccount } from './cpu-account.ts';
import { beatPauses } from './duty-cycle.ts';
import { type RuntimeServer, startRuntimeServer, type Times } from './runtime-server.ts';

/** What to run, and where. */
export interface SandboxOptions {
  /** The folder with `index.mjs` or `index.cjs`, which exports `handler`. */
  readonly taskRoot: string;
  /** The entry file of the runtime client. */
  readonly clientPath: string;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments of Node, before the client's entry file. */
  readonly nodeArgs?: readonly string[];
  /** Share of one CPU from the start; 1 by default. */
  readonly share?: number;
  /** Whether stdout is kept; by default its bytes are counted only. */
  readonly keepsOutput?: boolean;
}

/** A function in the real runtime client, init over. */
export interface Sandbox {
  readonly pid: number;
  /** From spawn to the runtime's first wait for an event. */
  readonly initMs: number;
  readonly initCpuMs: number;
  invoke(event: object): Promise<Times>;
  /** CPU time of the process tree since it was started. */
  cpuMs(): number;
  memory(): { readonly rssMb: number; readonly peakMb: number };
  /** Holds it to a share of one CPU from now on. */
  limit(share: number): void;
  output(): { readonly bytes: number; readonly text: string };
  stop(): Promise<void>;
}

/** Whether driver and measured process can be put on CPUs of their own. */
export const isPinned: boolean = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The CPU of the measured process: the last one; everything else stays on the first. */
const CPU = String(availableParallelism() - 1);

let count = 0;

/** Moves this process, all threads, to the first CPU. */
export function pinDriver(): void {
  if (isPinned) spawnSync('taskset', ['-acp', '0', String(process.pid)]);
}

/** Starts a function and waits until it has initialised. Rejects with what it printed when it does not. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clientPath, env, nodeArgs = [], share = 1, taskRoot, keepsOutput = false } = options;
  const server = await startRuntimeServer();
  count += 1;
  const account = openAccount(`tracelet-bench-${process.pid}-${count}`);
  const isLimited = share < 1 && account.limit(share);
  // The shell joins the groups and becomes the function: nothing of its own is counted.
  const join = account.joinPaths.map((path) => `echo $$ > '${path}'; `).join('');
  const shell = ['sh', '-c', `${join}exec "$0" "$@"`, process.execPath, ...nodeArgs, clientPath];
  const [command = '', ...args] = isPinned ? ['taskset', '-c', CPU, ...shell] : shell;
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: taskRoot,
    env: { ...standardEnv(taskRoot), AWS_LAMBDA_RUNTIME_API: server.address, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const pid = child.pid ?? 0;
  const output = gather(child, keepsOutput);
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('close', (code, signal) =>
    server.fail(new Error(`The function ended (${code ?? signal}): ${output.tail()}`)),
  );
  const beats = share < 1 && !isLimited ? [beatPauses(pid, share)] : [];
  const stop = async (): Promise<void> => {
    for (const end of beats.splice(0)) end();
    child.kill('SIGKILL');
    await gone;
    server.close();
    close(account);
  };
  try {
    await within(server, server.idle(), 'Init');
  } catch (error) {
    await stop();
    throw error;
  }
  const initMs = performance.now() - startedAt;
  return {
    pid,
    initMs,
    initCpuMs: account.usedMs(pid),
    invoke: (event) => within(server, server.invoke(JSON.stringify(event)), 'An invocation'),
    cpuMs: () => account.usedMs(pid),
    memory: () => memoryOf(pid),
    limit: (next) => {
      for (const end of beats.splice(0)) end();
      if (!account.limit(next) && next < 1) beats.push(beatPauses(pid, next));
    },
    output: () => ({ bytes: output.bytes(), text: output.tail() }),
    stop,
  };
}

/** Nothing that is measured takes that long; what hangs must not stop the rest. */
const TIMEOUT_MS = 60_000;

function within<T>(server: RuntimeServer, work: Promise<T>, what: string): Promise<T> {
  const timer = setTimeout(() => server.fail(new Error(`${what} took over a minute.`)), TIMEOUT_MS);
  return work.finally(() => clearTimeout(timer));
}

function gather(child: ChildProcess, keepsAll: boolean): { bytes(): number; tail(): string } {
  let bytes = 0;
  let text = '';
  const add = (chunk: string): void => {
    text += chunk;
    if (!keepsAll && text.length > 8_000) text = text.slice(-4_000);
  };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    bytes += Buffer.byteLength(chunk);
    add(chunk);
  });
  child.stderr?.setEncoding('utf8').on('data', add);
  return { bytes: () => bytes, tail: () => text };
}

/** A group that still has a dying process in it stays for a moment. */
function close(account: CpuAccount): void {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    try {
      account.close();
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
}

function memoryOf(pid: number): { rssMb: number; peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
  return { rssMb: mb('VmRSS'), peakMb: mb('VmHWM') };
}

/** Nothing of the shell's own gets in: OTEL_*, AWS_* and NODE_OPTIONS change what is measured. */
function standardEnv(taskRoot: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: 'bench',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bench',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: 'index.handler',
  };
}
