import { otlpDocs } from './env-docs-otlp.ts';
import type { VariableName } from './env-table.ts';

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
/** The page about what Lambda itself sets. */
export const LAMBDA =
  'https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime';
const PARTIAL_RESPONSES = 'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html';
const XRAY = 'https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader';

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
  TRACELET_OLD_NAMES: {
    group: 'tracelet',
    about:
      'Gives spans the attribute names of before semantic conventions 1.45 beside the present ones, for dashboards that ' +
      'ask for those: `http.method`, `messaging.system`, `rpc.system`, `db.system` and the like.',
    spec: 'https://opentelemetry.io/docs/specs/semconv/',
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
