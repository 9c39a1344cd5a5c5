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

const HOST_ARCH = process.arch === 'x64' ? 'amd64' : process.arch;

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
      'service.instance.id': '2026/11/21/[7]abc',
      'host.arch': HOST_ARCH,
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
      'host.arch': HOST_ARCH,
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

  it('puts what is enforced before the environment', () => {
    const env = {
      ...inLambda,
      OTEL_SERVICE_NAME: 'env',
      OTEL_RESOURCE_ATTRIBUTES: 'team=env,stage=env',
      STAGE: 'prod',
    };
    const enforce = {
      resource: { 'service.name': 'shop', team: 'preset', stage: 'unknown' },
      identity: { stage: 'STAGE' },
    };
    const options = { service: { name: 'other' }, resource: { team: 'other' }, enforce };
    const named = { 'service.name': 'shop', team: 'preset' };
    expect(lambdaResource(readEnv(env), options, env)).toMatchObject({ ...named, stage: 'prod' });
    expect(lambdaResource(readEnv(env), options, {})).toMatchObject({ ...named, stage: 'unknown' });
  });

  it("puts the company's variables before what the preset says, and after the standard ones", () => {
    const env = {
      ...inLambda,
      ACME_STAGE: 'prod',
      ACME_TEAM: ' shop ',
      EMPTY: '',
      OTEL_RESOURCE_ATTRIBUTES: 'team=env',
    };
    const options = {
      resource: { stage: 'unknown', tier: 'gold' },
      identity: {
        stage: ['ACME_ENV', 'EMPTY', 'ACME_STAGE'],
        tier: 'ACME_TIER',
        team: 'ACME_TEAM',
        owner: 'ACME_TEAM',
      },
    };
    const resource = lambdaResource(readEnv(env), options, env);
    expect(resource).toMatchObject({ stage: 'prod', tier: 'gold', team: 'env', owner: 'shop' });
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
