import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { lambdaResource } from './resource.ts';

const inLambda = {
  AWS_REGION: 'eu-central-1',
  AWS_LAMBDA_FUNCTION_NAME: 'orders-fn',
  AWS_LAMBDA_FUNCTION_VERSION: '7',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders-fn',
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/21/[7]abc',
};

const always = {
  'process.runtime.name': 'nodejs',
  'process.runtime.version': process.versions.node,
  'telemetry.sdk.name': 'tracelet',
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.version': readVersion(new URL('../package.json', import.meta.url)),
};

describe('lambdaResource', () => {
  it('describes a function by what Lambda says of it', () => {
    expect(lambdaResource(readEnv(inLambda))).toStrictEqual({
      ...always,
      'service.name': 'orders-fn',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-central-1',
      'faas.name': 'orders-fn',
      'faas.version': '7',
      'faas.instance': '2026/11/21/[7]abc',
      'faas.max_memory': 536_870_912,
      'aws.log.group.names': ['/aws/lambda/orders-fn'],
    });
  });

  it('claims nothing about AWS outside Lambda', () => {
    expect(lambdaResource(readEnv({ AWS_REGION: 'eu-central-1' }))).toStrictEqual({
      ...always,
      'service.name': 'unknown_service:node',
    });
  });

  it('leaves out what Lambda does not say', () => {
    expect(lambdaResource(readEnv({ AWS_LAMBDA_FUNCTION_NAME: 'f' }))).toStrictEqual({
      ...always,
      'service.name': 'f',
      'cloud.provider': 'aws',
      'cloud.platform': 'aws_lambda',
      'faas.name': 'f',
    });
  });

  it.each([
    [{ ...inLambda, OTEL_SERVICE_NAME: 'one', OTEL_RESOURCE_ATTRIBUTES: 'service.name=two' }, 'three', 'one'],
    [{ ...inLambda, OTEL_RESOURCE_ATTRIBUTES: 'service.name=two' }, 'three', 'two'],
    [inLambda, 'three', 'three'],
    [inLambda, undefined, 'orders-fn'],
  ])('names the service by the first that says it: %j and the preset %s give %s', (env, name, expected) => {
    expect(lambdaResource(readEnv(env), { service: { name } })['service.name']).toBe(expected);
  });

  it('puts the environment before the preset, and the preset before what was detected', () => {
    const env = { ...inLambda, OTEL_RESOURCE_ATTRIBUTES: 'team=env,service.version=2' };
    const preset = {
      service: { namespace: 'shop', version: '1' },
      resource: { team: 'preset', tier: 'gold', 'cloud.region': 'moon', 'service.namespace': 'other' },
    };
    expect(lambdaResource(readEnv(env), preset)).toMatchObject({
      team: 'env',
      tier: 'gold',
      'cloud.region': 'moon',
      'service.namespace': 'shop',
      'service.version': '2',
    });
  });

  it('lets nobody change which code made the telemetry', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'telemetry.sdk.name=other' };
    const resource = lambdaResource(readEnv(env), { resource: { 'telemetry.sdk.version': 'other' } });
    expect(resource).toMatchObject(always);
  });
});

function readVersion(manifest: string | URL): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
