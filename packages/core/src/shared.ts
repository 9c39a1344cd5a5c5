import { AsyncLocalStorage } from 'node:async_hooks';
import type { Frame } from './invocation.ts';
import type { LogGate } from './log.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * The one record of process-wide state. Every copy of tracelet in a process (ESM and CommonJS, bundled or not) finds
 * the same one, so there is one provider, one registration and one trace however often the code was loaded.
 *
 * Nothing in it belongs to a single invocation, but what AsyncLocalStorage keeps apart.
 */
export interface Shared {
  readonly version: 1;
  /** The innermost scope (invocation or record) of the running code. */
  readonly frames: AsyncLocalStorage<Frame>;
  /** Built by the first wrap; `undefined` before. */
  pipeline: Pipeline | undefined;
  /** The preset that the pipeline was built from; another one must not enforce otherwise. */
  preset?: object | undefined;
  /** A test harness puts its own pipeline in front, for the code that runs inside it only. */
  override: (() => Pipeline | undefined) | undefined;
  /** How often each trouble was met, by code. */
  readonly troubles: Map<string, number>;
  /** Plugins that have been set up, by name, and what undoes it. */
  readonly plugins: Map<string, unknown>;
  /** Holds log lines back; set by the plugin that does it. */
  logGate?: LogGate | undefined;
}

const KEY = Symbol.for('tracelet.v1');

/** The process-wide record, made on first use. */
export function shared(): Shared {
  const scope = globalThis as { [KEY]?: Shared };
  scope[KEY] ??= {
    version: 1,
    frames: new AsyncLocalStorage(),
    pipeline: undefined,
    override: undefined,
    troubles: new Map(),
    plugins: new Map(),
  };
  return scope[KEY];
}

/** The pipeline in force for the running code; `undefined` before the first wrap. */
export function currentPipeline(): Pipeline | undefined {
  const state = shared();
  return state.override?.() ?? state.pipeline;
}

/** The innermost scope of the running code; `undefined` outside an invocation. */
export function currentFrame(): Frame | undefined {
  return shared().frames.getStore();
}
