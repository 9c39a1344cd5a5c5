import { processStartMs } from './monotonic.ts';

/**
 * What happened to this execution environment before and at its first invocation.
 *
 * Lambda initialises an environment on demand, ahead of time for provisioned concurrency, or proactively: on demand by
 * type, but minutes before the first event. Only an invocation that waited for its environment is a cold start.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export interface Sandbox {
  /** `AWS_LAMBDA_INITIALIZATION_TYPE`, `on-demand` when unset. */
  readonly initializationType: string;
  /** When the process started, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** When the function's modules had been loaded; `undefined` until then, and always outside Lambda. */
  loadedAtMs: number | undefined;
  /** Invocations begun so far. */
  invocations: number;
}

/** How an invocation found its environment. */
export interface Start {
  /** The value of `faas.coldstart`. */
  readonly cold: boolean;
  /** True for the first invocation of the environment, cold or not. */
  readonly first: boolean;
  /** The initialisation type; `proactive` when an on-demand environment was ready long before its first event. */
  readonly initializationType: string;
}

/** An environment loaded longer ago than this did not make its first event wait, in milliseconds. */
const DETACHED_AFTER_MS = 10_000;

/** A fresh environment record; `env` is read once. */
export function makeSandbox(env: NodeJS.ProcessEnv = process.env): Sandbox {
  return {
    initializationType: env.AWS_LAMBDA_INITIALIZATION_TYPE || 'on-demand',
    startedAtMs: processStartMs(),
    loadedAtMs: undefined,
    invocations: 0,
  };
}

/**
 * Notes the end of module loading: the first turn of the event loop after the first wrap, or the wrap itself when an
 * event comes before that turn. So it is never stretched to the first event.
 */
export function watchLoading(sandbox: Sandbox): void {
  sandbox.loadedAtMs = Date.now();
  // Not unref'd: an idle event loop would then sleep until the first event, and only note it there.
  setImmediate(() => {
    if (sandbox.invocations === 0) sandbox.loadedAtMs = Date.now();
  });
}

/** Counts an invocation in and tells how it found its environment. */
export function beginInvocation(sandbox: Sandbox, nowMs: number): Start {
  sandbox.invocations += 1;
  const first = sandbox.invocations === 1;
  const waitedMs = nowMs - (sandbox.loadedAtMs ?? nowMs);
  const onDemand = sandbox.initializationType === 'on-demand';
  const proactive = first && onDemand && waitedMs > DETACHED_AFTER_MS;
  return {
    cold: first && onDemand && !proactive,
    first,
    initializationType: proactive ? 'proactive' : sandbox.initializationType,
  };
}
