/**
 * What runs inside the local environment. `ric` is the real runtime interface client of AWS (npm package
 * `aws-lambda-ric`; `path` is its folder or its entry file): 4 is what Node 24 and later run on Lambda, 3 what Node 22
 * runs. `loop` is a small client of this package that behaves like 4 and needs nothing built.
 */
export type RuntimeClient =
  | { readonly kind: 'ric'; readonly path: string; readonly major: 3 | 4 }
  | { readonly kind: 'loop' };

/** How registrations of extensions are answered, to play a slow or broken API. */
export interface RegistrationBehaviour {
  /** Milliseconds until the answer; 0 by default. */
  readonly delayMs?: number | undefined;
  /** The registration itself waits too, so that it may come when registration is closed; false by default. */
  readonly isJudgedLate?: boolean | undefined;
  /** What is done in place of registering: nothing at all for `silence`. */
  readonly answer?: 'reset' | 'garbage' | 'silence' | 403 | undefined;
}

/** Options of {@link startRuntime}. */
export interface RuntimeOptions {
  /** File and export, as in the function's configuration: `index.handler`. */
  handler: string;
  /** Folder that holds the function's code (`LAMBDA_TASK_ROOT`); the process starts in it. */
  taskRoot: string;
  client: RuntimeClient;
  /** Node binary that runs the function; the one that runs this process by default. */
  nodePath?: string | undefined;
  /** Arguments for Node, before the runtime client. */
  nodeArgs?: readonly string[] | undefined;
  /** Environment variables of the function; they win over the standard ones. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Time-out of an invocation, 3,000 ms by default. */
  timeoutMs?: number | undefined;
  /** `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` in MB, 512 by default; it is told, not enforced. */
  memoryMb?: number | undefined;
  /** `local-function` by default. */
  functionName?: string | undefined;
  /** `$LATEST` by default. */
  version?: string | undefined;
  /** Stop the process (SIGSTOP) while there is nothing to do, as Lambda freezes it; true by default. */
  freeze?: boolean | undefined;
  /** `AWS_LAMBDA_INITIALIZATION_TYPE`, `on-demand` by default. */
  initializationType?: 'on-demand' | 'provisioned-concurrency' | 'snap-start' | undefined;
  /** Longest init, 10,000 ms by default. */
  initTimeoutMs?: number | undefined;
  /** Milliseconds to stay frozen after init before `startRuntime` resolves, to play a proactive init; 0 by default. */
  proactiveDelayMs?: number | undefined;
  /**
   * Play the Telemetry API: platform records of init and of each invocation, for whoever subscribes. By default a
   * subscription gets the answer of AWS's own emulator, which has no telemetry.
   */
  telemetry?: boolean | undefined;
  /** Names that register as external extensions; all other names are internal ones. None by default. */
  externalExtensions?: readonly string[] | undefined;
  /**
   * Plays Lambda Managed Instances: so many invocations at once, no freeze, and a process that is not replaced. Takes
   * the real runtime client 4, which then runs the handler in worker threads.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
   */
  maxConcurrency?: number | undefined;
  /** Worker threads on Managed Instances, 2 by default. */
  workerCount?: number | undefined;
  /** Registrations are answered at once and correctly by default. */
  registration?: RegistrationBehaviour | undefined;
}

/** Options of one invocation. */
export interface InvokeOptions {
  /**
   * X-Ray header of the invocation. By default a new one with `Sampled=0`, which is what a function without active
   * tracing gets; an empty string sends none.
   */
  traceHeader?: string | undefined;
  /** Becomes `context.clientContext`. */
  clientContext?: unknown;
  /** Becomes `context.tenantId`. */
  tenantId?: string | undefined;
  /** Milliseconds until the deadline of this invocation, in place of `timeoutMs`. */
  deadlineMs?: number | undefined;
}

/** An error as the Runtime API carries it. */
export interface InvokeError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What became of one invocation. */
export interface InvokeResult {
  readonly requestId: string;
  /** True for status `success`. */
  readonly ok: boolean;
  /**
   * `success` and `error` were posted by the function; `timeout` when the deadline passed before the runtime and every
   * extension were done; `crash` when the process ended or an extension gave up.
   */
  readonly status: 'success' | 'error' | 'timeout' | 'crash';
  /**
   * The response: parsed JSON, else text, else bytes. Undefined when none was posted. It is kept when the time-out or
   * crash came after it.
   */
  readonly payload: unknown;
  /** Undefined for status `success`. */
  readonly error?: InvokeError;
  /** Event handed over to response complete, in milliseconds; undefined when there was no response. */
  readonly latencyMs: number | undefined;
  /** Event handed over to runtime and extensions all waiting for the next one (what Lambda bills), in milliseconds. */
  readonly busyMs: number;
  /** Lines printed to stdout and stderr during the invocation, and during the init that it caused. */
  readonly logs: readonly string[];
  /** True for the first invocation of an environment. */
  readonly cold: boolean;
  /** Size of a streamed response; undefined for a buffered one. */
  readonly streamedBytes?: number;
}

/** One call of the function's process to the Runtime or Extensions API. */
export interface RuntimeCall {
  readonly method: string;
  readonly path: string;
  /** When the call arrived, milliseconds since the epoch with fractions. */
  readonly at: number;
  /** The status answered; undefined while the call waits. */
  readonly status: number | undefined;
  /** As sent, names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What was received of the body, byte for byte. */
  readonly body: Uint8Array;
  /** What a response stream that fails sends behind its body. */
  readonly trailers: Readonly<Record<string, string | undefined>>;
}

/** How the process of an environment ended. */
export interface ExitStatus {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A local Lambda execution environment, replaced by a new one after a time-out or crash as Lambda does. */
export interface LocalRuntime {
  /**
   * Runs one invocation and waits until the environment is idle again. Calls are served one after the other; on Managed
   * Instances at once, and each waits for its answer alone. Failures of the function are results, not rejections.
   *
   * @throws Error (rejects) after `shutdown`, and TypeError when event or options cannot be sent.
   */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvokeResult>;
  /** Lines printed to stdout so far, by all environments. */
  readonly stdout: readonly string[];
  /** Lines printed to stderr so far, by all environments. */
  readonly stderr: readonly string[];
  /** Every API call so far, by all environments. */
  readonly calls: readonly RuntimeCall[];
  /** How the processes that are gone ended, in order. */
  readonly exits: readonly ExitStatus[];
  /** Process start to idle of the latest environment, in milliseconds; to its failure when init failed. */
  readonly initMs: number;
  /** Why the latest init failed; undefined when it did not. The next `invoke` tries again. */
  readonly initError: InvokeError | undefined;
  /** Process id of the latest environment. */
  readonly pid: number;
  /** Host and port of the latest environment's API (`AWS_LAMBDA_RUNTIME_API`). */
  readonly address: string;
  /** Sends a signal to the process as it is, frozen or not. */
  kill(signal: NodeJS.Signals): void;
  /**
   * Ends the environment as Lambda does: SIGKILL at once without extensions, else SIGTERM and 500 ms (300 ms with
   * external ones) before it. Resolves when the process is gone.
   */
  shutdown(): Promise<ExitStatus>;
}
