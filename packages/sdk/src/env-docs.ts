import { otlpDocs } from './env-docs-otlp.ts';
import type { VariableName, VariableRow } from './env-table.ts';

/** A heading of the reference page. */
export type VariableGroup =
  | 'General'
  | 'Context'
  | 'Sampling'
  | 'Exporters'
  | 'OTLP'
  | 'Limits'
  | 'tracelet'
  | 'Lambda';

/** What the reference page says of a variable, beside its row. Not part of any bundle: only tools and tests read it. */
export interface VariableDoc {
  readonly group: VariableGroup;
  /** One sentence: what it does. */
  readonly about: string;
  readonly spec?: string;
  /** Said instead of the row's default. */
  readonly default?: string;
  readonly unit?: string;
}

const SDK = 'https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/';
const GENERAL = `${SDK}#general-sdk-configuration`;
const EXPORTERS = `${SDK}#exporter-selection`;
const ATTRIBUTE_LIMITS = `${SDK}#attribute-limits`;
const SPAN_LIMITS = `${SDK}#span-limits`;
const LAMBDA = 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime';
const LAMBDA_LOGS = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html';
const PARTIAL_RESPONSES = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const XRAY = 'https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader';

const LOG_LEVELS: VariableRow = { type: 'enum', values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] };

/** What each variable of the table is for. A name that is missing here, or not in the table, fails to compile. */
export const variableDocs: Readonly<Record<VariableName, VariableDoc>> = {
  OTEL_SDK_DISABLED: {
    group: 'General',
    about: 'Switches tracelet off: handlers run as if they were not wrapped, batch wrappers still do their work.',
    spec: GENERAL,
  },
  OTEL_SERVICE_NAME: {
    group: 'General',
    about: 'Sets `service.name`; it comes before `OTEL_RESOURCE_ATTRIBUTES`.',
    spec: GENERAL,
    default: "the function's name",
  },
  OTEL_RESOURCE_ATTRIBUTES: {
    group: 'General',
    about: 'Adds attributes to the resource of all spans and logs.',
    spec: GENERAL,
  },
  OTEL_LOG_LEVEL: {
    group: 'General',
    about: "Decides which of tracelet's own troubles are printed; it has no effect on the function's log lines.",
    spec: GENERAL,
  },
  OTEL_CONFIG_FILE: {
    group: 'General',
    about: 'Is not supported: when it is set, one line says so and the other variables apply.',
    spec: `${SDK}#declarative-configuration`,
  },

  OTEL_PROPAGATORS: {
    group: 'Context',
    about: 'Names the formats in which the trace is read from callers and handed on; `none` switches both off.',
    spec: GENERAL,
  },
  TRACELET_XRAY: {
    group: 'Context',
    about: 'Says what the X-Ray header of an invocation means: nothing, a link, or the parent of its span.',
    spec: XRAY,
    default: '`link`; `parent` when `OTEL_PROPAGATORS` names `xray` or `xray-lambda`',
  },

  OTEL_TRACES_SAMPLER: {
    group: 'Sampling',
    about: "Decides which traces are recorded; the `parentbased_` ones follow the caller's decision.",
    spec: GENERAL,
  },
  OTEL_TRACES_SAMPLER_ARG: {
    group: 'Sampling',
    about: 'The share of traces that the `traceidratio` samplers keep; the others ignore it.',
    spec: GENERAL,
  },

  OTEL_TRACES_EXPORTER: {
    group: 'Exporters',
    about: 'Where spans go: `console` is one line of OTLP/JSON for each flush, `xray` the X-Ray daemon.',
    spec: EXPORTERS,
  },
  OTEL_LOGS_EXPORTER: {
    group: 'Exporters',
    about: 'Where log records go in addition to the JSON lines on stdout; see `TRACELET_LOG_STDOUT`.',
    spec: EXPORTERS,
  },
  OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: {
    group: 'Exporters',
    about:
      'Makes exceptions log records in place of span events, or with `logs/dup` beside them. Without effect while ' +
      '`OTEL_LOGS_EXPORTER` is `none`.',
    spec: 'https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/',
    default: 'span events',
  },

  ...otlpDocs(''),
  ...otlpDocs('TRACES_'),
  ...otlpDocs('LOGS_'),

  OTEL_ATTRIBUTE_COUNT_LIMIT: {
    group: 'Limits',
    about: 'Attributes on one span, event or link.',
    spec: ATTRIBUTE_LIMITS,
  },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: {
    group: 'Limits',
    about: 'Length of a text attribute; what is longer is cut.',
    spec: ATTRIBUTE_LIMITS,
    default: 'no limit',
    unit: 'characters',
  },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: {
    group: 'Limits',
    about: 'Attributes on one span.',
    spec: SPAN_LIMITS,
    default: '`OTEL_ATTRIBUTE_COUNT_LIMIT`',
  },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: {
    group: 'Limits',
    about: 'Length of a text attribute of a span.',
    spec: SPAN_LIMITS,
    default: '`OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`',
    unit: 'characters',
  },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { group: 'Limits', about: 'Events on one span.', spec: SPAN_LIMITS },
  OTEL_SPAN_LINK_COUNT_LIMIT: { group: 'Limits', about: 'Links on one span.', spec: SPAN_LIMITS },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: {
    group: 'Limits',
    about: 'Attributes on one event of a span.',
    spec: SPAN_LIMITS,
    default: '`OTEL_ATTRIBUTE_COUNT_LIMIT`',
  },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: {
    group: 'Limits',
    about: 'Attributes on one link of a span.',
    spec: SPAN_LIMITS,
    default: '`OTEL_ATTRIBUTE_COUNT_LIMIT`',
  },
  OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: {
    group: 'Limits',
    about: 'The name that OpenTelemetry JS 2 has for `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`, which comes first.',
  },
  OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT: {
    group: 'Limits',
    about: 'The name that OpenTelemetry JS 2 has for `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`, which comes first.',
  },

  TRACELET_BATCH_FAILURES: {
    group: 'tracelet',
    about:
      'What a batch wrapper does when records failed: make the source retry the whole batch, or report the failed ones ' +
      'alone, which **needs** `ReportBatchItemFailures` on the event source mapping.',
    spec: PARTIAL_RESPONSES,
    default: '`throw`',
  },
  TRACELET_DEADLINE_MARGIN: {
    group: 'tracelet',
    about:
      'How long before its time-out an invocation is reported as timed out; at least 1 % of its time. 0 switches this off, and the evidence of crashes too.',
  },
  TRACELET_FLUSH: {
    group: 'tracelet',
    about:
      'When telemetry is sent: after the response, by an internal extension that tracelet registers, or before it. ' +
      'Streaming and callback handlers, and Managed Instances, have their own way whatever this says.',
    spec: 'https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html',
  },
  TRACELET_FLUSH_TIMEOUT: {
    group: 'tracelet',
    about:
      'How long sending telemetry may take at the end of an invocation, and hold its response where it comes before ' +
      'that; what is not sent by then is kept.',
  },
  TRACELET_LOG_STDOUT: {
    group: 'tracelet',
    about: 'With `false`, log lines that go to OTLP go there alone.',
  },
  TRACELET_QUEUE_SPAN: {
    group: 'tracelet',
    about:
      'Gives the time that an event or the oldest record of a batch waited in its source a span of its own, inferred ' +
      'from the timestamp of the source.',
    spec: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html',
    default: '`false`',
  },
  TRACELET_VERBOSE: {
    group: 'tracelet',
    about: 'Prints one line at the start that says what tracelet is set to, and one line for each flush.',
  },

  AWS_REGION: { group: 'Lambda', about: 'Becomes `cloud.region`.', spec: LAMBDA },
  AWS_LAMBDA_FUNCTION_NAME: {
    group: 'Lambda',
    about: "Becomes `faas.name`, the invocation span's name and, when nothing else is said, `service.name`.",
    spec: LAMBDA,
  },
  AWS_LAMBDA_FUNCTION_VERSION: { group: 'Lambda', about: 'Becomes `faas.version`.', spec: LAMBDA },
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: {
    group: 'Lambda',
    about: 'Becomes `faas.max_memory`, in bytes.',
    spec: LAMBDA,
    unit: 'MB',
  },
  AWS_LAMBDA_LOG_GROUP_NAME: { group: 'Lambda', about: 'Becomes `aws.log.group.names`.', spec: LAMBDA },
  AWS_LAMBDA_LOG_STREAM_NAME: { group: 'Lambda', about: 'Becomes `faas.instance`.', spec: LAMBDA },
};

/** Variables that core and the logger read by themselves, each with its row. */
export const readElsewhere: Readonly<Record<string, VariableDoc & { readonly row: VariableRow }>> = {
  TRACELET_LOG_LEVEL: {
    row: LOG_LEVELS,
    group: 'tracelet',
    about: 'The least severe of the lines that `log` writes; `AWS_LAMBDA_LOG_LEVEL` comes before it.',
    default: '`info`',
  },
  AWS_LAMBDA_LOG_LEVEL: {
    row: LOG_LEVELS,
    group: 'Lambda',
    about: "The application log level of the function's logging configuration; `log` writes nothing below it.",
    spec: LAMBDA_LOGS,
  },
  AWS_LAMBDA_LOG_FORMAT: {
    row: { type: 'enum', values: ['text', 'json'] },
    group: 'Lambda',
    about:
      "The log format of the function's logging configuration. With `JSON`, lines have the platform's names: `requestId`, " +
      '`tenantId`, and `errorType`, `errorMessage`, `stackTrace` for an error.',
    spec: LAMBDA_LOGS,
  },
  TRACELET_LOG_DEBUG_RATIO: {
    row: { type: 'ratio', default: 0 },
    group: 'tracelet',
    about: 'The share of invocations all of whose lines are written; needs `debugLogs()` among the plugins.',
  },
  AWS_LAMBDA_INITIALIZATION_TYPE: {
    row: { type: 'string', default: 'on-demand' },
    group: 'Lambda',
    about: 'Tells a cold start from an environment that was prepared ahead of time.',
    spec: LAMBDA,
  },
  AWS_LAMBDA_MAX_CONCURRENCY: {
    row: { type: 'integer' },
    group: 'Lambda',
    about:
      'When set, one process runs many invocations at once: `_X_AMZN_TRACE_ID` is not read, and no breadcrumb is kept.',
    spec: LAMBDA,
  },
  TMPDIR: {
    row: { type: 'path', default: '/tmp' },
    group: 'Lambda',
    about: 'Where the file `tracelet-breadcrumb` is kept, from which a process tells what the one before it died of.',
  },
  AWS_XRAY_DAEMON_ADDRESS: {
    row: { type: 'string', default: '127.0.0.1:2000' },
    group: 'Lambda',
    about: 'Where the exporter `xray` sends to; set for functions with active tracing.',
    spec: LAMBDA,
  },
  AWS_ACCESS_KEY_ID: {
    row: { type: 'string' },
    group: 'Lambda',
    about: "With the next two, the function's role, with which `sigv4` of `@tracelet/lambda/sigv4` signs.",
    spec: LAMBDA,
  },
  AWS_SECRET_ACCESS_KEY: { row: { type: 'string' }, group: 'Lambda', about: 'See above.', spec: LAMBDA },
  AWS_SESSION_TOKEN: { row: { type: 'string' }, group: 'Lambda', about: 'See above.', spec: LAMBDA },
  AWS_LAMBDA_RUNTIME_API: {
    row: { type: 'string' },
    group: 'Lambda',
    about: 'Tells that the process runs inside Lambda; without it nothing is exported, opened or registered.',
    spec: LAMBDA,
  },
  _X_AMZN_TRACE_ID: {
    row: { type: 'string' },
    group: 'Lambda',
    about: 'The X-Ray header of the running invocation, the last place where it is looked for.',
    spec: LAMBDA,
  },
};
