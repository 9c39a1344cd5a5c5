import { describe, expect, it } from 'vitest';
import { complaintsOf } from './env.fixture.ts';
import { readEnv } from './env.ts';

describe('readOtlpSettings', () => {
  it.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://otlp.example/base', 'https://otlp.example/base/v1/traces'],
    ['https://otlp.example/base/?key=1', 'https://otlp.example/base/v1/traces?key=1'],
    ['HTTPS://otlp.example', 'https://otlp.example/v1/traces'],
  ])('appends the path of the signal to %s with one slash', (endpoint, url) => {
    expect(readEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).traces.otlp.url).toBe(url);
  });

  it.each([
    ['http://collector:4318', 'http://collector:4318/'],
    ['http://collector:4318/custom', 'http://collector:4318/custom'],
    ['https://collector/custom/?a=b%20c', 'https://collector/custom/?a=b%20c'],
  ])("leaves a signal's own endpoint %s as it is", (endpoint, url) => {
    const { traces, logs } = readEnv({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: endpoint });
    expect([traces.otlp.url, logs.otlp.url]).toStrictEqual(['http://localhost:4318/v1/traces', url]);
  });

  it("puts a signal's own settings before the general ones and merges headers by name", () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=general,x-team=shop',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
      OTEL_EXPORTER_OTLP_CLIENT_KEY: '/key.pem',
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/cert.pem',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/in',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'HTTP/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'api-key=own%20key',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '0',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: '/traces-ca.pem',
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/traces-key.pem',
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: '/traces-cert.pem',
    };
    const { traces, logs } = readEnv(env);
    expect([traces.otlp, logs.otlp]).toStrictEqual([
      {
        url: 'http://traces:4318/in',
        protocol: 'http/protobuf',
        headers: { 'api-key': 'own key', 'x-team': 'shop' },
        timeoutMs: 2_147_483_647,
        compression: 'none',
        certificatePath: '/traces-ca.pem',
        clientKeyPath: '/traces-key.pem',
        clientCertificatePath: '/traces-cert.pem',
      },
      {
        url: 'http://all:4318/v1/logs',
        protocol: 'http/json',
        headers: { 'api-key': 'general', 'x-team': 'shop' },
        timeoutMs: 2000,
        compression: 'gzip',
        certificatePath: '/ca.pem',
        clientKeyPath: '/key.pem',
        clientCertificatePath: '/cert.pem',
      },
    ]);
  });

  it("falls back to the general setting when the signal's own is malformed", () => {
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'grpc://traces:4317',
      OTEL_EXPORTER_OTLP_TIMEOUT: '99999999999999999999',
      OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'soon',
    };
    const { result, complaints } = complaintsOf(() => readEnv(env).traces.otlp);
    expect([result.url, result.timeoutMs, complaints.map(({ code }) => code)]).toStrictEqual([
      'http://all:4318/v1/traces',
      2_147_483_647,
      ['bad_environment:OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'bad_environment:OTEL_EXPORTER_OTLP_TRACES_TIMEOUT'],
    ]);
  });

  it('keeps the good headers, leaves the malformed ones out, and prints none of them', () => {
    const headers = 'authorization=Basic%20c2VjcmV0PT0=,secret-without-value,bad name=x,cr=a%0D%0Ab,half=%e2%82,,x=';
    const { result, complaints } = complaintsOf(
      () => readEnv({ OTEL_EXPORTER_OTLP_HEADERS: headers }).logs.otlp.headers,
    );
    expect(result).toStrictEqual({ authorization: 'Basic c2VjcmV0PT0=', x: '' });
    expect(complaints).toStrictEqual([
      {
        code: 'bad_environment:OTEL_EXPORTER_OTLP_HEADERS',
        message: 'tracelet: OTEL_EXPORTER_OTLP_HEADERS: what is malformed (4 of 6) is ignored',
        remedy: 'Set it to percent-encoded key=value,key=value.',
      },
    ]);
  });
});
