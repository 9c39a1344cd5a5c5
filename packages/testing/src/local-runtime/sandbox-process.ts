import { type ChildProcess, spawn } from 'node:child_process';

import type { ExitStatus } from './runtime-types.ts';

/** A spawned function process, its output cut into lines. */
export interface SandboxProcess {
  /** Undefined when the process could not be started. */
  readonly pid: number | undefined;
  /** Resolves when the process is gone and its output is read. */
  readonly exited: Promise<ExitStatus>;
  /** Stops the process; nothing happens on Windows, which has no SIGSTOP. */
  freeze(): void;
  /** Lets a stopped process go on. */
  thaw(): void;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when what the process has printed so far has become lines. */
  settle(): Promise<void>;
}

/**
 * Starts a process that never outlives this one: it is killed when this process exits, or ends by SIGINT, SIGTERM or
 * SIGHUP.
 */
export function spawnSandbox(options: {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}): SandboxProcess {
  const { command, args, cwd, env, onLine } = options;
  const child = spawn(command, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  guard(child);
  const output = { chunks: 0 };
  const flushOut = cutLines(child.stdout, output, (line) => onLine('stdout', line));
  const flushErr = cutLines(child.stderr, output, (line) => onLine('stderr', line));
  const exited = waitForExit(child).then((status) => {
    flushOut();
    flushErr();
    return status;
  });
  let isGone = false;
  void exited.then(() => {
    isGone = true;
  });
  const send = (signal: NodeJS.Signals): void => {
    if (!isGone) child.kill(signal);
  };
  return {
    pid: child.pid,
    exited,
    freeze: () => {
      if (process.platform !== 'win32') send('SIGSTOP');
    },
    thaw: () => {
      if (process.platform !== 'win32') send('SIGCONT');
    },
    kill: send,
    settle: () => settle(output),
  };
}

const SETTLE_TICKS_MAX = 200;
const OUTPUT_GRACE_MS = 200;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const liveChildren = new Set<ChildProcess>();

function guard(child: ChildProcess): void {
  if (liveChildren.size === 0) {
    process.on('exit', killAll);
    for (const signal of SIGNALS) process.on(signal, killAllAndPassOn);
  }
  liveChildren.add(child);
  const release = (): void => {
    liveChildren.delete(child);
    if (liveChildren.size > 0) return;
    process.off('exit', killAll);
    for (const signal of SIGNALS) process.off(signal, killAllAndPassOn);
  };
  child.once('exit', release);
  child.once('error', release);
}

function killAll(): void {
  for (const child of liveChildren) child.kill('SIGKILL');
}

function killAllAndPassOn(signal: NodeJS.Signals): void {
  killAll();
  for (const each of SIGNALS) process.off(each, killAllAndPassOn);
  // With our listener gone the default applies again, unless others listen: then the decision to end is theirs.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function waitForExit(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ exitCode: null, signal: null }));
    child.once('exit', (exitCode, signal) => {
      const done = (): void => resolve({ exitCode, signal });
      // A grandchild may keep the pipes open for ever, so the rest of the output is waited for only so long.
      const timer = setTimeout(done, OUTPUT_GRACE_MS);
      child.once('close', () => {
        clearTimeout(timer);
        done();
      });
    });
  });
}

function cutLines(
  stream: NodeJS.ReadableStream,
  output: { chunks: number },
  onLine: (line: string) => void,
): () => void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    output.chunks += 1;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return () => {
    if (rest !== '') onLine(rest);
    rest = '';
  };
}

// Node writes to pipes synchronously, so what was printed before a call to the API is already in the pipe when the
// call arrives; a turn of the event loop without a new chunk, twice, means that it has been read.
async function settle(output: { chunks: number }): Promise<void> {
  let quiet = 0;
  for (let tick = 0; quiet < 2 && tick < SETTLE_TICKS_MAX; tick += 1) {
    const before = output.chunks;
    await new Promise((resolve) => setImmediate(resolve));
    quiet = output.chunks === before ? quiet + 1 : 0;
  }
}
