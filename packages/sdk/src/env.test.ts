import { describe, expect, it } from 'vitest';
import { complaintsOf } from './env.fixture.ts';
import { environmentSettings, readEnv } from './env.ts';

const bare = {
  disabled: false,
  serviceName: undefined,
  resourceAttributes: {},
  propagators: ['tracecontext', 'baggage'],
  sampler: 'parentbased_always_on',
  samplerRatio: 1,
  traces: { exporter: 'otlp', otlp: otlp('http://localhost:4318/v1/traces') },
  logs: { exporter: 'none', otlp: otlp('http://localhost:4318/v1/logs') },
  spanLimits: {
    attributeCountLimit: 128,
    attributeValueLengthLimit: Infinity,
    eventCountLimit: 128,
    linkCountLimit: 128,
    attributePerEventCountLimit: 128,
    attributePerLinkCountLimit: 128,
  },
  exceptionSignal: [],
  logStdout: true,
  batchFailures: undefined,
  oldNames: false,
  queueSpan: undefined,
  flushMode: 'after-response',
  flushTimeoutMs: 1000,
  deadlineMarginMs: 50,
  xray: 'link',
  lambda: {
    region: undefined,
    functionName: undefined,
    functionVersion: undefined,
    memoryMb: undefined,
    logGroup: undefined,
    logStream: undefined,
  },
  verbose: false,
};

describe('readEnv', () => {
  it('gives the defaults for an empty environment, without a word', () => {
    expect(complaintsOf(() => readEnv({}))).toStrictEqual({ result: bare, complaints: [] });
  });

  it('takes an empty or blank variable as unset', () => {
    const env = {
      OTEL_SDK_DISABLED: '',
      OTEL_TRACES_SAMPLER: '  ',
      OTEL_EXPORTER_OTLP_ENDPOINT: '',
      TRACELET_XRAY: '\t',
    };
    expect(complaintsOf(() => readEnv(env))).toStrictEqual({ result: bare, complaints: [] });
  });

  it('reads what is set, names in any case', () => {
    const env = {
      OTEL_SDK_DISABLED: 'TRUE',
      OTEL_SERVICE_NAME: ' orders ',
      OTEL_RESOURCE_ATTRIBUTES: 'team=shop%2Cweb, tier = gold ,',
      OTEL_LOG_LEVEL: 'DEBUG',
      OTEL_PROPAGATORS: 'B3, tracecontext,b3',
      OTEL_TRACES_SAMPLER: 'ParentBased_TraceIdRatio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_TRACES_EXPORTER: 'Console',
      OTEL_LOGS_EXPORTER: 'otlp',
      TRACELET_BATCH_FAILURES: 'report',
      TRACELET_OLD_NAMES: 'true',
      TRACELET_QUEUE_SPAN: 'TRUE',
      TRACELET_FLUSH: 'BEFORE-response',
      TRACELET_FLUSH_TIMEOUT: '250',
      TRACELET_DEADLINE_MARGIN: '0',
      TRACELET_VERBOSE: '1',
      TRACELET_XRAY: 'parent-if-sampled',
      AWS_REGION: 'eu-central-1',
      AWS_LAMBDA_FUNCTION_NAME: 'orders-fn',
      AWS_LAMBDA_FUNCTION_VERSION: '7',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders-fn',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/21/[7]abc',
    };
    expect(complaintsOf(() => readEnv(env))).toStrictEqual({
      result: {
        ...bare,
        disabled: true,
        serviceName: 'orders',
        resourceAttributes: { team: 'shop,web', tier: 'gold' },
        propagators: ['b3', 'tracecontext'],
        sampler: 'parentbased_traceidratio',
        samplerRatio: 0.25,
        traces: { ...bare.traces, exporter: 'console' },
        logs: { ...bare.logs, exporter: 'otlp' },
        batchFailures: 'report',
        oldNames: true,
        queueSpan: true,
        flushMode: 'before-response',
        flushTimeoutMs: 250,
        deadlineMarginMs: 0,
        xray: 'parent-if-sampled',
        lambda: {
          region: 'eu-central-1',
          functionName: 'orders-fn',
          functionVersion: '7',
          memoryMb: 512,
          logGroup: '/aws/lambda/orders-fn',
          logStream: '2026/11/21/[7]abc',
        },
        verbose: true,
      },
      complaints: [],
    });
  });

  it.each([
    ['OTEL_SDK_DISABLED', '1', '"1"', 'true or false'],
    ['OTEL_LOG_LEVEL', 'loud', '"loud"', 'one of none, error, warn, info, debug, verbose, all'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=b,secret', 'a malformed value', 'percent-encoded key=value,key=value'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz', 'a malformed value', 'percent-encoded key=value,key=value'],
    ['OTEL_TRACES_EXPORTER', 'zipkin', '"zipkin"', 'one of otlp, console, xray, none'],
    ['OTEL_SPAN_LINK_COUNT_LIMIT', '-1', '"-1"', 'a whole number'],
    ['OTEL_ATTRIBUTE_COUNT_LIMIT', '1e3', '"1e3"', 'a whole number'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', 'a malformed value', 'an http:// or https:// URL'],
    ['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'http://', 'a malformed value', 'an http:// or https:// URL'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '10s', '"10s"', 'a whole number'],
    ['TRACELET_XRAY', 'always', '"always"', 'one of ignore, link, parent-if-sampled, parent'],
    ['TRACELET_BATCH_FAILURES', 'x'.repeat(99), `"${'x'.repeat(60)}"`, 'one of throw, report'],
  ])('says once that %s=%s is unusable and takes the default', (name, value, fault, remedy) => {
    const read = () => [readEnv({ [name]: value }), readEnv({ [name]: value })];
    expect(complaintsOf(read)).toStrictEqual({
      result: [bare, bare],
      complaints: [
        {
          code: `bad_environment:${name}`,
          message: `tracelet: ${name}: ${fault} is ignored`,
          remedy: `Set it to ${remedy}.`,
        },
      ],
    });
  });

  it('refuses gRPC with a remedy', () => {
    const { result, complaints } = complaintsOf(() => readEnv({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }));
    expect(result.traces.otlp.protocol).toBe('http/protobuf');
    expect(complaints).toStrictEqual([
      {
        code: 'bad_environment:OTEL_EXPORTER_OTLP_PROTOCOL',
        message: 'tracelet: OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is ignored',
        remedy: 'Set it to one of http/protobuf, http/json (port 4318), not gRPC (4317).',
      },
    ]);
  });

  it('leaves out the propagators that it does not know', () => {
    expect(complaintsOf(() => readEnv({ OTEL_PROPAGATORS: 'ottrace,xray' }).propagators)).toStrictEqual({
      result: ['xray'],
      complaints: [
        {
          code: 'bad_environment:OTEL_PROPAGATORS',
          message: 'tracelet: OTEL_PROPAGATORS: "ottrace" is ignored',
          remedy: 'Set it to a list of tracecontext, baggage, b3, b3multi, xray, xray-lambda, none.',
        },
      ],
    });
  });

  it.each([
    ['none', []],
    ['xray,none', []],
    ['jaeger', ['tracecontext', 'baggage']],
    [',', ['tracecontext', 'baggage']],
  ])('reads OTEL_PROPAGATORS=%s as %j', (value, propagators) => {
    expect(complaintsOf(() => readEnv({ OTEL_PROPAGATORS: value })).result.propagators).toStrictEqual(propagators);
  });

  it.each([
    [{ OTEL_PROPAGATORS: 'tracecontext,xray' }, 'parent'],
    [{ OTEL_PROPAGATORS: 'xray-lambda' }, 'parent'],
    [{ OTEL_PROPAGATORS: 'xray', TRACELET_XRAY: 'ignore' }, 'ignore'],
    [{ OTEL_PROPAGATORS: 'b3' }, 'link'],
  ])('reads %j as the X-Ray policy %s', (env, policy) => {
    expect(readEnv(env).xray).toBe(policy);
  });

  it('does not judge the argument of a sampler that takes none', () => {
    const env = { OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'endpoint=http://x' };
    expect(complaintsOf(() => readEnv(env).samplerRatio)).toStrictEqual({ result: 1, complaints: [] });
  });

  it.each(['2', '-0.1', 'half', 'NaN'])('keeps every trace when the ratio is %s', (ratio) => {
    const env = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: ratio };
    const { result, complaints } = complaintsOf(() => readEnv(env).samplerRatio);
    expect([result, complaints.map(({ code }) => code)]).toStrictEqual([
      1,
      ['bad_environment:OTEL_TRACES_SAMPLER_ARG'],
    ]);
  });

  it('says that a configuration file is not read', () => {
    const { result, complaints } = complaintsOf(() => readEnv({ OTEL_CONFIG_FILE: '/var/task/otel.yaml' }));
    expect(result).toStrictEqual(bare);
    expect(complaints).toStrictEqual([
      {
        code: 'bad_environment:OTEL_CONFIG_FILE',
        message: 'tracelet: OTEL_CONFIG_FILE is not supported',
        remedy: 'Use the other OTEL_* variables.',
      },
    ]);
  });
});

describe('environmentSettings', () => {
  it('overlays the batch failures when the environment names them', () => {
    expect(environmentSettings({ TRACELET_BATCH_FAILURES: 'report' })).toStrictEqual({
      batch: { failures: 'report' },
    });
  });

  it('overlays whether a wait gets a span when the environment says so, either way', () => {
    expect(environmentSettings({ TRACELET_QUEUE_SPAN: 'true' })).toStrictEqual({ queueSpan: true });
    expect(environmentSettings({ TRACELET_QUEUE_SPAN: 'false' })).toStrictEqual({ queueSpan: false });
  });

  it('says nothing otherwise', () => {
    expect(environmentSettings({})).toStrictEqual({});
  });
});

function otlp(url: string): object {
  return {
    url,
    protocol: 'http/protobuf',
    headers: {},
    timeoutMs: 10_000,
    compression: 'none',
    certificatePath: undefined,
    clientKeyPath: undefined,
    clientCertificatePath: undefined,
  };
}
