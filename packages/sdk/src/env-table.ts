/**
 * What a variable's text means. Empty text counts as unset everywhere.
 *
 * - `boolean`: only `true`, in any case, is true.
 * - `enum`: one of `values`, in any case.
 * - `list`: comma-separated names out of `values`; those that are not known are left out.
 * - `pairs`: `key=value,key=value`, percent-encoded; one bad pair spoils the whole.
 * - `headers`: the same, as HTTP headers; a bad pair is left out.
 * - `integer`: a whole number from 0. `ratio`: 0 to 1. `duration_ms`: whole milliseconds.
 * - `url`: absolute, http or https. `path`: of a file.
 */
export type VariableType =
  | 'string'
  | 'boolean'
  | 'enum'
  | 'list'
  | 'pairs'
  | 'headers'
  | 'integer'
  | 'ratio'
  | 'duration_ms'
  | 'url'
  | 'path';

/** One row: how a variable is read, and its value when it is unset or malformed (`undefined` without `default`). */
export interface VariableRow {
  readonly type: VariableType;
  /** What `enum` and `list` know, in lower case. */
  readonly values?: readonly string[];
  readonly default?: boolean | number | string | readonly string[];
  /** Appended to the remedy when the value is malformed. */
  readonly hint?: string;
}

/**
 * Every environment variable that the SDK reads, but those of {@link otlpVariables}. What each of them is for stands in
 * `env-docs.ts`, because this table is part of every function's bundle.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const variables = {
  OTEL_SDK_DISABLED: { type: 'boolean', default: false },
  OTEL_SERVICE_NAME: { type: 'string' },
  OTEL_RESOURCE_ATTRIBUTES: { type: 'pairs' },
  OTEL_LOG_LEVEL: {
    type: 'enum',
    values: ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'],
    default: 'warn',
  },
  OTEL_CONFIG_FILE: { type: 'path' },
  OTEL_PROPAGATORS: {
    type: 'list',
    values: ['tracecontext', 'baggage', 'b3', 'b3multi', 'xray', 'xray-lambda', 'none'],
    default: ['tracecontext', 'baggage'],
  },
  OTEL_TRACES_SAMPLER: {
    type: 'enum',
    values: [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    default: 'parentbased_always_on',
  },
  OTEL_TRACES_SAMPLER_ARG: { type: 'ratio', default: 1 },
  OTEL_TRACES_EXPORTER: { type: 'enum', values: ['otlp', 'console', 'xray', 'none'], default: 'otlp' },
  OTEL_LOGS_EXPORTER: { type: 'enum', values: ['otlp', 'console', 'none'], default: 'none' },
  OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: { type: 'list', values: ['logs', 'logs/dup'], default: [] },

  OTEL_ATTRIBUTE_COUNT_LIMIT: { type: 'integer', default: 128 },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { type: 'integer' },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { type: 'integer' },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { type: 'integer' },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { type: 'integer', default: 128 },
  OTEL_SPAN_LINK_COUNT_LIMIT: { type: 'integer', default: 128 },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { type: 'integer' },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { type: 'integer' },
  OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: { type: 'integer' },
  OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: { type: 'integer' },

  TRACELET_BATCH_FAILURES: { type: 'enum', values: ['throw', 'report'] },
  TRACELET_DEADLINE_MARGIN: { type: 'duration_ms', default: 50 },
  TRACELET_FLUSH: { type: 'enum', values: ['after-response', 'before-response'], default: 'after-response' },
  TRACELET_FLUSH_TIMEOUT: { type: 'duration_ms', default: 1000 },
  TRACELET_LOG_STDOUT: { type: 'boolean', default: true },
  TRACELET_OLD_NAMES: { type: 'boolean', default: false },
  TRACELET_QUEUE_SPAN: { type: 'boolean' },
  TRACELET_VERBOSE: { type: 'enum', values: ['true', '1', 'false', '0'], default: 'false' },
  TRACELET_XRAY: { type: 'enum', values: ['ignore', 'link', 'parent-if-sampled', 'parent'] },

  AWS_REGION: { type: 'string' },
  AWS_LAMBDA_FUNCTION_NAME: { type: 'string' },
  AWS_LAMBDA_FUNCTION_VERSION: { type: 'string' },
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: { type: 'integer' },
  AWS_LAMBDA_LOG_GROUP_NAME: { type: 'string' },
  AWS_LAMBDA_LOG_STREAM_NAME: { type: 'string' },
} as const;

/**
 * The settings of the OTLP exporter. Each is read under three names: after `OTEL_EXPORTER_OTLP_` for all signals,
 * after `OTEL_EXPORTER_OTLP_TRACES_` and `OTEL_EXPORTER_OTLP_LOGS_` for one.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export const otlpVariables = {
  ENDPOINT: { type: 'url' },
  PROTOCOL: {
    type: 'enum',
    values: ['http/protobuf', 'http/json'],
    default: 'http/protobuf',
    hint: ' (port 4318), not gRPC (4317)',
  },
  HEADERS: { type: 'headers' },
  TIMEOUT: { type: 'duration_ms', default: 10_000 },
  COMPRESSION: { type: 'enum', values: ['none', 'gzip'], default: 'none' },
  CERTIFICATE: { type: 'path' },
  CLIENT_KEY: { type: 'path' },
  CLIENT_CERTIFICATE: { type: 'path' },
} as const;

/** Where OTLP goes when no endpoint is set: a Collector on the same machine, such as one in a layer. */
export const DEFAULT_ENDPOINT = 'http://localhost:4318';

/** A setting of the OTLP exporter, without prefix. */
export type OtlpVariable = keyof typeof otlpVariables;

/** What stands between `OTEL_EXPORTER_OTLP_` and the setting. */
export type OtlpInfix = '' | 'TRACES_' | 'LOGS_';

/** The name of every variable that the SDK reads. */
export type VariableName = keyof typeof variables | `OTEL_EXPORTER_OTLP_${OtlpInfix}${OtlpVariable}`;
