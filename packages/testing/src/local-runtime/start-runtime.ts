import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { deliver, type Environment, fail, isIdle, sendEvent, waitUntil } from './environment.ts';
import { makeInvocation, makeResult } from './invocation.ts';
import { launch, type Sandbox } from './launch.ts';
import type {
  ExitStatus,
  InvokeError,
  InvokeOptions,
  InvokeResult,
  LocalRuntime,
  RuntimeCall,
  RuntimeOptions,
} from './runtime-types.ts';
import { peakMemoryMb, playTelemetry, recordPlatform, sendTelemetry } from './telemetry-api.ts';

/**
 * Starts a local Lambda execution environment: a server that speaks the Runtime API and the Extensions API, and a
 * process that runs your handler file under the real runtime client or a small one of ours. Use it to test a built
 * function from outside: init, freeze between invocations, time-outs, crashes, extensions and streams are as on Lambda.
 * One invocation at a time, unless `maxConcurrency` plays Managed Instances.
 *
 * Resolves when init is over. A failed init does not reject: it is told by `initError`, and the next `invoke` starts a
 * new environment, as Lambda does.
 *
 * @throws Error (rejects) when the process or server cannot be started at all.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export async function startRuntime(options: RuntimeOptions): Promise<LocalRuntime> {
  // As on Lambda, the environments that follow one another after a time-out or crash share their temp folder.
  const tempFolder = await mkdtemp(join(tmpdir(), 'tracelet-temp-'));
  const state: State = {
    options: { ...options, env: { TMPDIR: tempFolder, ...options.env } },
    sandbox: undefined,
    lines: [],
    stdout: [],
    stderr: [],
    calls: [],
    exits: [],
    initMs: 0,
    initError: undefined,
    isEnding: false,
  };
  const removeTemp = (): Promise<void> => rm(tempFolder, { recursive: true, force: true });
  const first = await startSandbox(state).catch(async (error) => {
    await removeTemp();
    throw error;
  });
  if (options.proactiveDelayMs) await sleep(options.proactiveDelayMs);
  let tail: Promise<unknown> = Promise.resolve();
  let ending: Promise<ExitStatus> | undefined;
  return {
    invoke: (event, invokeOptions = {}) => {
      const turn = (options.maxConcurrency === undefined ? tail : Promise.resolve()).then(() => {
        if (state.isEnding) throw new Error('The local runtime is shut down; start a new one.');
        return invoke(state, event, invokeOptions);
      });
      tail = turn.catch(() => undefined);
      return turn;
    },
    stdout: state.stdout,
    stderr: state.stderr,
    calls: state.calls,
    exits: state.exits,
    get initMs() {
      return state.initMs;
    },
    get initError() {
      return state.initError;
    },
    get pid() {
      return (state.sandbox ?? first).process.pid;
    },
    get address() {
      return (state.sandbox ?? first).api.address;
    },
    kill: (signal) => state.sandbox?.process.kill(signal),
    shutdown: () => {
      ending ??= shutdown(state, first, () => tail).finally(removeTemp);
      return ending;
    },
  };
}

interface State {
  readonly options: RuntimeOptions;
  sandbox: Sandbox | undefined;
  readonly lines: string[];
  readonly stdout: string[];
  readonly stderr: string[];
  readonly calls: RuntimeCall[];
  readonly exits: ExitStatus[];
  initMs: number;
  initError: InvokeError | undefined;
  isEnding: boolean;
}

// Lambda gives SIGTERM 500 ms when only internal extensions are there, and of the 2,000 ms with external ones 300 ms to
// the runtime. After a time-out or crash the allowance is 2,000 ms, 30 % of it for the runtime.
const TERM_INTERNAL_MS = 500;
const TERM_EXTERNAL_MS = 300;
const TERM_RESET_MS = 600;
const INIT_ERROR_EXIT_MS = 500;

async function startSandbox(state: State): Promise<Sandbox> {
  const sandbox = await launch(state.options, state.calls, (stream, line) => {
    state.lines.push(line);
    state[stream].push(line);
  });
  state.sandbox = sandbox;
  void sandbox.ended.then((status) => state.exits.push(status));
  if (state.isEnding) sandbox.process.kill('SIGKILL');
  const { environment } = sandbox;
  if (state.options.telemetry) playTelemetry(environment);
  const isDone = (): boolean => environment.failure !== undefined || isIdle(environment);
  const timeoutMs = state.options.initTimeoutMs ?? 10_000;
  if (!(await waitUntil(environment, isDone, timeoutMs))) {
    const errorMessage = `Init timed out after ${timeoutMs} ms`;
    fail(environment, { status: 'timeout', error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] } });
  }
  state.initMs = performance.now() - sandbox.startedAt;
  state.initError = environment.failure?.error;
  recordPlatform(environment, 'platform.initReport', { phase: 'init', metrics: { durationMs: state.initMs } });
  // A client that has posted its init error prints the error and ends by itself; a hung init never would.
  if (environment.failure?.status === 'error') await Promise.race([sandbox.ended, sleep(INIT_ERROR_EXIT_MS)]);
  await rest(state, sandbox);
  return sandbox;
}

async function invoke(state: State, event: unknown, options: InvokeOptions): Promise<InvokeResult> {
  const timeoutMs = options.deadlineMs ?? state.options.timeoutMs ?? 3_000;
  // Made before anything is started, so that what cannot be sent harms no environment.
  const invocation = makeInvocation(event, options, timeoutMs);
  const mark = state.lines.length;
  if (state.options.maxConcurrency !== undefined) return invokeManaged(state, invocation, timeoutMs);
  const sandbox = await usableSandbox(state);
  const cold = !sandbox.hasServed;
  sandbox.hasServed = true;
  const { environment } = sandbox;
  if (environment.failure === undefined) {
    sandbox.process.thaw();
    const current = invocation(environment.facts.functionArn);
    sendTelemetry(environment);
    deliver(environment, current);
    const isDone = (): boolean =>
      environment.failure !== undefined || (current.answer !== undefined && isIdle(environment));
    const inTime = await waitUntil(environment, isDone, timeoutMs);
    const endedAt = performance.now();
    if (!inTime) fail(environment, { status: 'timeout', error: timedOut(current.requestId, timeoutMs) });
    await rest(state, sandbox);
    environment.invocations.delete(current.requestId);
    const result = makeResult(current, environment.failure, { endedAt, cold, logs: state.lines.slice(mark) });
    recordPlatform(environment, 'platform.report', reportOf(state, result));
    return result;
  }
  const current = invocation(environment.facts.functionArn);
  current.startedAt = sandbox.startedAt;
  return makeResult(current, environment.failure, { endedAt: performance.now(), cold, logs: state.lines.slice(mark) });
}

/** Of many invocations at once, each waits for a worker, then for its answer; a time-out ends nothing but the waiting. */
async function invokeManaged(
  state: State,
  invocation: ReturnType<typeof makeInvocation>,
  timeoutMs: number,
): Promise<InvokeResult> {
  const sandbox = state.sandbox as Sandbox;
  const { environment } = sandbox;
  const mark = state.lines.length;
  const cold = !sandbox.hasServed;
  sandbox.hasServed = true;
  const isReady = (): boolean => environment.failure !== undefined || environment.runtimePolls.length > 0;
  while (!isReady()) await waitUntil(environment, isReady, timeoutMs);
  const current = invocation(environment.facts.functionArn);
  if (environment.failure === undefined) deliver(environment, current);
  const isDone = (): boolean => environment.failure !== undefined || current.answer !== undefined;
  const inTime = await waitUntil(environment, isDone, timeoutMs);
  const timeout = { status: 'timeout', error: timedOut(current.requestId, timeoutMs) } as const;
  environment.invocations.delete(current.requestId);
  const failure = current.answer === undefined ? (inTime ? environment.failure : timeout) : undefined;
  return makeResult(current, failure, { endedAt: performance.now(), cold, logs: state.lines.slice(mark) });
}

function reportOf(state: State, { busyMs, cold, latencyMs, requestId, status }: InvokeResult): object {
  const initMs = cold ? state.initMs : 0;
  const metrics = {
    durationMs: latencyMs ?? busyMs,
    billedDurationMs: Math.ceil(busyMs + initMs),
    memorySizeMB: state.options.memoryMb ?? 512,
    maxMemoryUsedMB: peakMemoryMb(state.sandbox?.process.pid ?? 0),
    ...(cold && { initDurationMs: initMs }),
  };
  return { requestId, status, metrics };
}

async function shutdown(state: State, first: Sandbox, lastTurn: () => Promise<unknown>): Promise<ExitStatus> {
  state.isEnding = true;
  const status = await endSandbox(state.sandbox ?? first, 'SPINDOWN');
  // An invocation under way may have been starting a new environment.
  await lastTurn();
  if (state.sandbox !== undefined) await endSandbox(state.sandbox, 'SPINDOWN');
  return status;
}

async function usableSandbox(state: State): Promise<Sandbox> {
  const { sandbox } = state;
  if (sandbox !== undefined && sandbox.environment.failure === undefined) return sandbox;
  // Its process may have died while it was idle; of one that failed before nothing is left to end.
  if (sandbox !== undefined) await endSandbox(sandbox, 'reset');
  return startSandbox(state);
}

/** Freezes an idle environment and ends a failed one. */
async function rest(state: State, sandbox: Sandbox): Promise<void> {
  const { environment, process: sandboxProcess } = sandbox;
  if (environment.failure !== undefined) await endSandbox(sandbox, 'reset');
  else if (state.options.freeze !== false && !environment.facts.isManaged) sandboxProcess.freeze();
  await sandboxProcess.settle();
}

async function endSandbox(sandbox: Sandbox, reason: 'SPINDOWN' | 'reset'): Promise<ExitStatus> {
  const { environment, process: sandboxProcess, ended } = sandbox;
  const agents = [...environment.agents.values()];
  if (agents.length > 0) {
    const hasExternal = agents.some((agent) => !agent.isInternal);
    const isLong = reason === 'reset' || environment.facts.isManaged;
    const graceMs = isLong ? TERM_RESET_MS : hasExternal ? TERM_EXTERNAL_MS : TERM_INTERNAL_MS;
    sandboxProcess.thaw();
    sandboxProcess.kill('SIGTERM');
    await Promise.race([ended, sleep(graceMs)]);
    const listening = agents.filter((agent) => agent.events.has('SHUTDOWN'));
    const event = {
      eventType: 'SHUTDOWN',
      shutdownReason: shutdownReason(environment, reason),
      deadlineMs: Date.now() + TERM_RESET_MS,
    };
    await Promise.race([Promise.all(listening.map((agent) => sendEvent(agent, event))), sleep(TERM_EXTERNAL_MS)]);
  }
  sandboxProcess.kill('SIGKILL');
  const status = await ended;
  await sandbox.dispose();
  return status;
}

function shutdownReason({ failure }: Environment, reason: 'SPINDOWN' | 'reset'): string {
  if (reason === 'SPINDOWN') return reason;
  return failure?.status === 'timeout' ? 'TIMEOUT' : 'FAILURE';
}

function timedOut(requestId: string, timeoutMs: number): InvokeError {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage, trace: [] };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
