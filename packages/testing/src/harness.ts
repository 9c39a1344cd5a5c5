import { AsyncLocalStorage } from 'node:async_hooks';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { context as otelContext, propagation, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  type Fields,
  idlePipeline,
  makeHost,
  makeRedactor,
  makeSandbox,
  type Pipeline,
  type Plugin,
  setUpPlugins,
  shared,
  type TrustRemote,
  type XrayPolicy,
} from '@tracelet/core';
import { log } from '@tracelet/logger';
import { makeProvider, readEnv, redactSpan } from '@tracelet/sdk';
import type { Context } from 'aws-lambda';
import { type Answer, batchItemFailuresOf } from './batch-item-failures.ts';
import { fakeContext } from './context.ts';
import { fromReadableSpan, type SpanTree, spanTree, type TreeSpan } from './span-tree.ts';

/** What a harness's runs have in common. */
export interface HarnessOptions {
  /**
   * Plugins of the process, as a preset would name them; each is set up once. Give `defaultIntegrations()` of
   * `@tracelet/instrument` here to see downstream calls.
   */
  readonly plugins?: readonly Plugin[] | undefined;
  /** Default: `link`. */
  readonly xray?: XrayPolicy | undefined;
  /** Default: `parent`. */
  readonly trustRemote?: TrustRemote | undefined;
}

/** What one run starts with. */
export interface RunOptions {
  /** Default: {@link fakeContext}, with 3,000 ms to go. */
  readonly context?: Context | undefined;
  /** Whether this is the first invocation of its environment; then there is an init span. Default: `false`. */
  readonly coldStart?: boolean | undefined;
}

/** What one run gave: the spans, the log lines and the handler's own answer. */
export type Run<R> = {
  /** The spans as a tree; `String(run.spans)` prints it for an inline snapshot. */
  readonly spans: SpanTree;
  /** The log lines, parsed, in order. */
  readonly logs: readonly Fields[];
  /**
   * The records that the source delivers again: the ids of the partial response, or of the error that a batch wrapper
   * threw. `undefined` when the handler gave neither. A Kafka offset reads `TOPIC-PARTITION:OFFSET`.
   */
  readonly batchItemFailures: readonly string[] | undefined;
} & ({ readonly ok: true; readonly result: R } | { readonly ok: false; readonly error: unknown });

/** Any handler that a run can call. */
export type RunnableHandler<E, R> = (event: E, context: Context, ...rest: never[]) => R | PromiseLike<R>;

/** Runs wrapped handlers in the test's own process and keeps what they recorded. */
export interface Harness {
  /** Runs a handler once. A callback handler gets a callback; a streaming one a stream, whose text is the result. */
  run<E, R>(handler: RunnableHandler<E, R>, event: E, options?: RunOptions): Promise<Run<Awaited<R>>>;
}

/** The run that the current code belongs to. */
interface Capture {
  readonly pipeline: Pipeline;
  readonly provider: TracerProvider;
}

const captures = new AsyncLocalStorage<Capture>();

/**
 * Makes a harness. Handlers are the real ones, wrapped by the real `lambda`; nothing is mocked but the environment:
 * spans and log lines stay in memory. Runs may overlap; each keeps its own.
 *
 * @example
 * const { run } = harness();
 * const { spans, result } = await run(handler, events.sqs([{ body: { id: 1 } }]));
 * expect(String(spans)).toMatchInlineSnapshot();
 */
export function harness(options: HarnessOptions = {}): Harness {
  installOnce();
  const plugins = options.plugins ?? [];
  setUpPlugins(plugins, makeHost(currentTracer('@tracelet/testing')));
  return {
    async run<E, R>(
      handler: RunnableHandler<E, R>,
      event: E,
      { context = fakeContext(), coldStart = false }: RunOptions = {},
    ) {
      const spans: TreeSpan[] = [];
      const logs: Fields[] = [];
      // What the wrapped handlers' presets say.
      const redact = shared().pipeline?.redact ?? makeRedactor();
      const provider = makeProvider({
        resource: {},
        environment: readEnv({}),
        // A test that sees one run in ten would be none.
        isRatioFixed: true,
        redact,
        onEnd: (span) => spans.push(fromReadableSpan(redactSpan(span, redact))),
      });
      const tracer = provider.api.getTracer('@tracelet/testing');
      const pipeline = idlePipeline({
        tracer,
        log,
        redact,
        plugins,
        xray: options.xray ?? 'link',
        trustRemote: options.trustRemote ?? 'parent',
        inTrace: provider.inTrace,
        sandbox: { ...makeSandbox({}), invocations: coldStart ? 0 : 1, loadedAtMs: coldStart ? Date.now() : undefined },
        writeLine: (line) => logs.push(JSON.parse(line)),
      });
      const answer = await captures.run({ pipeline, provider: provider.api }, () => call(handler, event, context));
      const recorded = { spans: spanTree(spans), logs, batchItemFailures: batchItemFailuresOf(answer) };
      return { ...recorded, ...(answer as { ok: true; result: Awaited<R> }) };
    },
  };
}

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

async function call(handler: unknown, event: unknown, context: Context): Promise<Answer> {
  const fn = handler as (...args: unknown[]) => unknown;
  try {
    if (STREAMING in fn) {
      const stream = Object.assign(new PassThrough(), { setContentType: () => {} });
      const [body] = await Promise.all([text(stream), fn(event, stream, context)]);
      return { ok: true, result: body };
    }
    if (fn.length >= 3) return { ok: true, result: await callWithCallback(fn, event, context) };
    return { ok: true, result: await fn(event, context) };
  } catch (error) {
    return { ok: false, error };
  }
}

function callWithCallback(fn: (...args: unknown[]) => unknown, event: unknown, context: Context): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result: unknown): void => (error == null ? resolve(result) : reject(error));
    const returned = fn(event, context, callback);
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

let installed = false;

/** Puts the running capture in front of the process's pipeline, and gives the API what a bare test process lacks. */
function installOnce(): void {
  if (installed) return;
  installed = true;
  const state = shared();
  const before = state.override;
  state.override = () => captures.getStore()?.pipeline ?? before?.();
  otelContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
  trace.setGlobalTracerProvider({ getTracer: currentTracer });
}

/** For libraries that use the API alone: a tracer that records into whatever run it is used in. */
function currentTracer(name: string, version?: string): Tracer {
  const idle = idlePipeline().tracer;
  const tracer = (): Tracer => captures.getStore()?.provider.getTracer(name, version) ?? idle;
  return {
    startSpan: (...args) => tracer().startSpan(...args),
    startActiveSpan: (...args: unknown[]) => Reflect.apply(tracer().startActiveSpan, tracer(), args),
  } as Tracer;
}
