import { context, propagation, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { diagnose, type Flusher, type Pipeline, SCHEMA_URL } from '@tracelet/core';
import { readEnv } from './env.ts';
import { foreignFlusher, registeredProvider } from './foreign-provider.ts';
import { VERSION } from './otlp/version.ts';
import { openOutputs } from './outputs.ts';
import { presetEnvironment } from './preset-env.ts';
import type { ProcessOptions } from './process-options.ts';
import { makePropagator } from './propagators.ts';
import { makeProvider } from './provider.ts';
import { lambdaResource } from './resource.ts';
import { printLine, verboseFlusher } from './verbose.ts';

/** The parts of a pipeline that come from the SDK. */
export type Sdk = Pick<Pipeline, 'tracer' | 'flusher' | 'emitLog' | 'xray' | 'trustRemote' | 'inTrace'>;

/**
 * Starts the SDK for this process: provider, context manager and propagator are registered as the API's globals, so
 * that a library which uses `@opentelemetry/api` alone just works. A provider that is given, or registered already, is
 * used and never doubled.
 */
export function startSdk(env: NodeJS.ProcessEnv, options: ProcessOptions = {}): Sdk {
  const environment = readEnv(presetEnvironment(env, options));
  const attributes = { ...lambdaResource(environment, options), ...options.enforce?.resource };
  const exporter = options.enforce?.exporter ?? options.exporter;
  const custom = typeof exporter === 'object' && 'export' in exporter ? exporter : undefined;
  const foreign = options.provider ?? registeredProvider();
  const outputs = openOutputs(environment, { attributes, schemaUrl: SCHEMA_URL }, custom);
  const own =
    foreign === undefined
      ? makeProvider({
          resource: attributes,
          environment,
          onEnd: outputs.addSpan,
        })
      : undefined;
  const provider = (own?.api ?? foreign) as TracerProvider;
  register(provider, environment.propagators, foreign !== undefined && options.provider === undefined);
  const flushers =
    foreign === undefined
      ? outputs.flushers
      : [foreignFlusher(foreign, environment.flushTimeoutMs), ...outputs.flushers];
  const flusher = together(flushers);
  if (environment.verbose) {
    const { sampler } = environment;
    printLine('tracelet: started', { version: VERSION, flush: 'before-response', target: outputs.target, sampler });
  }
  return {
    tracer: provider.getTracer('@tracelet/lambda', VERSION, { schemaUrl: SCHEMA_URL }) as Tracer,
    flusher: environment.verbose ? verboseFlusher(flusher, outputs.counts) : flusher,
    emitLog: outputs.addLog,
    xray: environment.xray,
    trustRemote: options.trustRemote ?? 'parent',
    inTrace: own?.inTrace,
  };
}

/** Registers the API's globals, each unless somebody else has. */
function register(
  provider: TracerProvider,
  propagators: Parameters<typeof makePropagator>[0],
  isRegistered: boolean,
): void {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(makePropagator(propagators));
  if (!isRegistered) {
    trace.setGlobalTracerProvider(provider);
    return;
  }
  const what =
    'a tracer provider was registered before tracelet was loaded; it is used, with its own exporter and sampler';
  diagnose('foreign_provider', what, 'Remove the layer or the registration to use the built-in provider.', 'info');
}

/** Flushes side by side: they share the time, not the fate. */
function together(flushers: readonly Flusher[]): Flusher {
  return {
    async flush(deadlineMs) {
      await Promise.all(flushers.map((flusher) => flusher.flush(deadlineMs)));
    },
  };
}
