import { diagnose, type Settings, type XrayPolicy } from '@tracelet/core';
import { type OtlpSettings, readOtlpSettings } from './env-otlp.ts';
import { makeEnvReader, type Value } from './env-parse.ts';
import type { variables } from './env-table.ts';
import { readSpanLimits, type SpanLimits } from './limits.ts';

/** A name that `OTEL_PROPAGATORS` takes, but `none`. */
export type PropagatorName = Exclude<Value<typeof variables.OTEL_PROPAGATORS>[number], 'none'>;

/** A name that `OTEL_TRACES_SAMPLER` takes. */
export type SamplerName = Value<typeof variables.OTEL_TRACES_SAMPLER>;

/** Where a signal goes. */
export type ExporterName = Value<typeof variables.OTEL_TRACES_EXPORTER>;

/** When telemetry is sent. */
export type FlushMode = Value<typeof variables.TRACELET_FLUSH>;

/** One signal: which exporter, and what `otlp` would use. */
export interface SignalSettings {
  readonly exporter: ExporterName;
  readonly otlp: OtlpSettings;
}

/** What Lambda says of the function; every part is `undefined` outside Lambda. */
export interface LambdaFacts {
  readonly region: string | undefined;
  readonly functionName: string | undefined;
  readonly functionVersion: string | undefined;
  readonly memoryMb: number | undefined;
  readonly logGroup: string | undefined;
  readonly logStream: string | undefined;
}

/** Everything the environment says, read once: plain data, every value valid. */
export interface Environment {
  /** `OTEL_SDK_DISABLED`. */
  readonly disabled: boolean;
  readonly serviceName: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** In the order given, without repeats; empty for `none`. */
  readonly propagators: readonly PropagatorName[];
  readonly sampler: SamplerName;
  /** The share of traces that the `traceidratio` samplers keep, 0..1. */
  readonly samplerRatio: number;
  readonly traces: SignalSettings;
  readonly logs: SignalSettings;
  /** Whether log lines go to stdout where they go to OTLP. */
  readonly logStdout: boolean;
  /** Exceptions as log records: in place of span events, or with `logs/dup` beside them. */
  readonly exceptionSignal: readonly ('logs' | 'logs/dup')[];
  readonly spanLimits: SpanLimits;
  /** `undefined` when the environment says nothing. */
  readonly batchFailures: 'throw' | 'report' | undefined;
  /** Whether spans have the attribute names of before conventions 1.45 as well. */
  readonly oldNames: boolean;
  /** `undefined` when the environment says nothing. */
  readonly queueSpan: boolean | undefined;
  readonly flushMode: FlushMode;
  /** How long a flush may take, in milliseconds. */
  readonly flushTimeoutMs: number;
  /** How long before its deadline an invocation is given up, in milliseconds; 0 never. */
  readonly deadlineMarginMs: number;
  readonly xray: XrayPolicy;
  /** Whether to print what tracelet is set to and what each flush did. */
  readonly verbose: boolean;
  readonly lambda: LambdaFacts;
}

/**
 * Reads the environment by the table in `env-table.ts`. Never throws: a malformed value is said once and counts as
 * unset.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readEnv(env: NodeJS.ProcessEnv): Environment {
  const reader = makeEnvReader(env);
  const { read } = reader;
  if (read('OTEL_CONFIG_FILE'))
    diagnose('bad_environment:OTEL_CONFIG_FILE', CONFIG_FILE, 'Use the other OTEL_* variables.');
  // Read for the sake of the complaint; the diagnostics look it up themselves.
  read('OTEL_LOG_LEVEL');
  const propagators = read('OTEL_PROPAGATORS');
  const sampler = read('OTEL_TRACES_SAMPLER');
  const verbose = read('TRACELET_VERBOSE');
  return {
    disabled: read('OTEL_SDK_DISABLED'),
    serviceName: read('OTEL_SERVICE_NAME'),
    resourceAttributes: read('OTEL_RESOURCE_ATTRIBUTES') ?? {},
    propagators: propagators.includes('none') ? [] : propagators.filter((name) => name !== 'none'),
    sampler,
    // Other samplers may have arguments of another kind.
    samplerRatio: sampler.endsWith('traceidratio') ? read('OTEL_TRACES_SAMPLER_ARG') : 1,
    traces: { exporter: read('OTEL_TRACES_EXPORTER'), otlp: readOtlpSettings(reader, 'TRACES') },
    exceptionSignal: read('OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'),
    logStdout: read('TRACELET_LOG_STDOUT'),
    logs: { exporter: read('OTEL_LOGS_EXPORTER'), otlp: readOtlpSettings(reader, 'LOGS') },
    spanLimits: readSpanLimits(reader),
    batchFailures: read('TRACELET_BATCH_FAILURES'),
    oldNames: read('TRACELET_OLD_NAMES'),
    queueSpan: read('TRACELET_QUEUE_SPAN'),
    flushMode: read('TRACELET_FLUSH'),
    flushTimeoutMs: read('TRACELET_FLUSH_TIMEOUT'),
    deadlineMarginMs: read('TRACELET_DEADLINE_MARGIN'),
    xray: read('TRACELET_XRAY') ?? (propagators.some((name) => name.startsWith('xray')) ? 'parent' : 'link'),
    verbose: verbose === 'true' || verbose === '1',
    lambda: {
      region: read('AWS_REGION'),
      functionName: read('AWS_LAMBDA_FUNCTION_NAME'),
      functionVersion: read('AWS_LAMBDA_FUNCTION_VERSION'),
      memoryMb: read('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
      logGroup: read('AWS_LAMBDA_LOG_GROUP_NAME'),
      logStream: read('AWS_LAMBDA_LOG_STREAM_NAME'),
    },
  };
}

/** Whether `OTEL_SDK_DISABLED` says so. */
export function isDisabled(env: NodeJS.ProcessEnv): boolean {
  return makeEnvReader(env).read('OTEL_SDK_DISABLED');
}

/** What the environment says of core's settings, as a layer to merge over the preset's: reads no more than those. */
export function environmentSettings(env: NodeJS.ProcessEnv): Settings {
  const { read } = makeEnvReader(env);
  const batchFailures = read('TRACELET_BATCH_FAILURES');
  const queueSpan = read('TRACELET_QUEUE_SPAN');
  return {
    ...(batchFailures !== undefined && { batch: { failures: batchFailures } }),
    ...(queueSpan !== undefined && { queueSpan }),
  };
}

const CONFIG_FILE = 'OTEL_CONFIG_FILE is not supported';
