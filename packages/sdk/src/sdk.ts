import { context, propagation, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';
import {
  diagnose,
  type Flusher,
  makeRedactor,
  type Pipeline,
  type Redactor,
  SCHEMA_URL,
  shared,
  type XrayPolicy,
} from '@tracelet/core';
import { afterResponse, type FlushStatus } from './after-response.ts';
import { makeContextManager } from './context-manager.ts';
import { readEnv } from './env.ts';
import { reportFlushes } from './flush-report.ts';
import { foreignFlusher, registeredProvider } from './foreign-provider.ts';
import { completeIdentity } from './identity.ts';
import { makeLifeGuard } from './life-guard.ts';
import { type LogParts, logParts } from './log-parts.ts';
import { addOldNames } from './old-names.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { VERSION } from './otlp/version.ts';
import { openOutputs } from './outputs.ts';
import { presetEnvironment } from './preset-env.ts';
import type { ProcessOptions } from './process-options.ts';
import { makePropagator } from './propagators.ts';
import { makeProvider } from './provider.ts';
import { redactedResource } from './redact-span.ts';
import { lambdaResource } from './resource.ts';
import { timedFlusher } from './timed-flusher.ts';
import { printLine, verboseFlusher } from './verbose.ts';

/** The parts of a pipeline that come from the SDK. */
export type Sdk = LogParts &
  Pick<Pipeline, 'tracer' | 'flusher' | 'plugins' | 'describe' | 'xray' | 'trustRemote' | 'inTrace'>;

/** What a process is set to: the line that `TRACELET_VERBOSE` prints at the start. */
export interface Facts {
  readonly version: string;
  /** When telemetry is sent. */
  readonly flush: FlushStatus['mode'];
  /** Why then. */
  readonly why: string;
  /** Where spans go. */
  readonly target: string;
  readonly sampler: string;
  readonly propagators: readonly string[];
  readonly xray: XrayPolicy;
  /** What instruments downstream calls. */
  readonly plugins: readonly string[];
}

/**
 * Starts the SDK for this process: provider, context manager and propagator are registered as the API's globals, so
 * that a library which uses `@opentelemetry/api` alone just works. A provider that is given, or registered already, is
 * used and never doubled.
 *
 * @param redact What must not leave the process. Default: what never does.
 * @param rehearse Makes spans like those of an invocation, which are thrown away, while init lasts. Default: one span.
 */
export function startSdk(
  env: NodeJS.ProcessEnv,
  options: ProcessOptions = {},
  redact: Redactor = makeRedactor(),
  rehearse: (tracer: Tracer) => void = (tracer) => tracer.startSpan('').end(),
): Sdk {
  const environment = readEnv(presetEnvironment(env, options));
  const { flushMode, flushTimeoutMs, propagators, sampler, verbose, xray } = environment;
  const attributes = lambdaResource(environment, options, env);
  const exporter = options.enforce?.exporter ?? options.exporter;
  const outputs = openOutputs(environment, redactedResource(attributes, redact), exporter, redact);
  const onEnd = (span: OtlpSpan): void => {
    if (environment.oldNames) addOldNames(span);
    outputs.addSpan(span);
  };
  const foreign = options.provider ?? registeredProvider();
  // The environment's sampler, and an enforced ratio, come before what a function says.
  const isRatioFixed = Boolean(env.OTEL_TRACES_SAMPLER) || options.enforce?.sampling?.ratio !== undefined;
  const { lose } = outputs;
  const own = foreign
    ? undefined
    : makeProvider({ resource: attributes, environment, isRatioFixed, lose, onEnd, redact });
  const provider = (own?.api ?? foreign) as TracerProvider;
  context.setGlobalContextManager(makeContextManager());
  propagation.setGlobalPropagator(makePropagator(propagators, options.propagators));
  if (foreign && !options.provider) diagnose('foreign_provider', FOREIGN, FOREIGN_REMEDY, 'info');
  else trace.setGlobalTracerProvider(provider);
  const all = together([...(foreign ? [foreignFlusher(foreign, flushTimeoutMs)] : []), ...outputs.flushers]);
  const { flusher, plugin } = makeLifeGuard(environment, outputs, all);
  const isManaged = env.AWS_LAMBDA_MAX_CONCURRENCY || env.AWS_LAMBDA_INITIALIZATION_TYPE === MANAGED_INSTANCES;
  const status: FlushStatus = { mode: isManaged ? 'timed' : 'before-response', fallback: undefined };
  const report = reportFlushes(verbose ? verboseFlusher(flusher, outputs.counts) : flusher, outputs.counts, status);
  const prime = (): Promise<unknown> => {
    const samples: OtlpSpan[] = [];
    const onEnd = (span: OtlpSpan): void => void samples.push(span);
    if (own) rehearse(makeProvider({ resource: attributes, environment, onEnd }).api.getTracer(''));
    return outputs.prime(...samples);
  };
  const api = env.AWS_LAMBDA_RUNTIME_API;
  const isLater = flushMode === 'after-response' && api;
  const schedule = (): Flusher => {
    if (isManaged) return timedFlusher(report.flusher);
    return isLater ? afterResponse(report.flusher, { api, prime, status }) : report.flusher;
  };
  const describe = (): Facts => ({
    version: VERSION,
    flush: status.mode,
    why: status.fallback ?? whyOf(status.mode, flushMode),
    target: outputs.target,
    sampler,
    propagators,
    xray,
    plugins: [...shared().plugins.keys()],
  });
  // How it is flushed is decided as handlers are wrapped.
  if (verbose) setImmediate(() => printLine('tracelet: started', { ...describe() }));
  return {
    tracer: provider.getTracer('@tracelet/lambda', VERSION, { schemaUrl: SCHEMA_URL }),
    flusher: schedule(),
    plugins: [plugin, report.plugin, completeIdentity(attributes)],
    describe: () => redact.members({ ...describe(), counts: outputs.counts() }, true),
    ...logParts(environment, outputs.addLog),
    xray,
    trustRemote: options.trustRemote ?? 'parent',
    inTrace: own?.inTrace,
  };
}

function whyOf(mode: FlushStatus['mode'], wanted: string): string {
  if (mode !== 'before-response') return mode === 'timed' ? 'Managed Instances' : 'the extension is registered';
  return wanted === mode ? 'TRACELET_FLUSH' : 'no wrapped handler can go on after its response';
}

const MANAGED_INSTANCES = 'lambda-managed-instances';

const FOREIGN =
  'a tracer provider was registered before tracelet was loaded; it is used, with its own exporter and sampler';
const FOREIGN_REMEDY = 'Remove the layer or the registration to use the built-in provider.';

/** Flushes side by side: they share the time, not the fate. */
function together(flushers: readonly Flusher[]): Flusher {
  return {
    async flush(deadlineMs) {
      await Promise.all(flushers.map((flusher) => flusher.flush(deadlineMs)));
    },
  };
}
