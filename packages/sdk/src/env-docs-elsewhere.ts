import { LAMBDA, type VariableDoc } from './env-docs.ts';
import type { VariableRow } from './env-table.ts';

const LAMBDA_LOGS = 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html';
const DATADOG = 'https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/';
const LOG_LEVELS: VariableRow = { type: 'enum', values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] };

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
  OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: {
    row: { type: 'string', default: 'GET,HEAD,POST,PUT,DELETE,CONNECT,OPTIONS,TRACE,PATCH,QUERY' },
    group: 'General',
    about: 'The HTTP methods that name the spans of calls, comma-separated; a call by any other is named `HTTP`.',
    spec: 'https://opentelemetry.io/docs/specs/semconv/http/http-spans/',
  },
  POWERTOOLS_SERVICE_NAME: {
    row: { type: 'string' },
    group: 'General',
    about: 'Sets `service.name` where nothing of OpenTelemetry and no preset does; it comes before `DD_SERVICE`.',
    spec: 'https://docs.aws.amazon.com/powertools/typescript/latest/environment-variables/',
  },
  DD_SERVICE: {
    row: { type: 'string' },
    group: 'General',
    about: 'With `DD_ENV` and `DD_VERSION`, sets `service.name`, `deployment.environment.name` and `service.version`.',
    spec: DATADOG,
  },
  DD_ENV: { row: { type: 'string' }, group: 'General', about: 'See above.', spec: DATADOG },
  DD_VERSION: { row: { type: 'string' }, group: 'General', about: 'See above.', spec: DATADOG },
  SST_RESOURCE_App: {
    row: { type: 'string' },
    group: 'General',
    about:
      'Set by SST 3: name and stage of the app become `service.namespace` and `deployment.environment.name`. They are read ' +
      'from `SST_APP` and `SST_STAGE` of SST 2, and from `ARC_APP_NAME` and `ARC_ENV` of Architect as well.',
    spec: 'https://sst.dev/docs/component/aws/function',
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
