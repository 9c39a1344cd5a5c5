import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { defined } from './defined.ts';
import type { Environment } from './env.ts';
import { detectIdentity, readIdentity } from './identity.ts';
import { VERSION } from './otlp/version.ts';
import type { ProcessOptions } from './process-options.ts';

/** What a preset says of the resource. */
export type ResourceOptions = Pick<ProcessOptions, 'service' | 'resource' | 'identity' | 'enforce'>;

/**
 * Describes the function as an OpenTelemetry resource. What a preset enforces comes before the environment, that before
 * the rest of the preset, and that before what was detected; the `telemetry.*` attributes tell which code made the
 * telemetry, so nobody may set them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/cloud-provider/aws/
 * @see https://opentelemetry.io/docs/specs/semconv/resource/faas/
 * @see https://opentelemetry.io/docs/specs/semconv/resource/deployment-environment/
 * @see https://opentelemetry.io/docs/specs/semconv/resource/#telemetry-sdk
 */
export function lambdaResource(
  environment: Pick<Environment, 'lambda' | 'serviceName' | 'resourceAttributes'>,
  { enforce, identity, resource, service: { name, namespace, version } = {} }: ResourceOptions = {},
  env: NodeJS.ProcessEnv = {},
): Attributes {
  const { lambda, resourceAttributes, serviceName } = environment;
  return {
    'service.name': lambda.functionName ?? 'unknown_service:node',
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    ...detect(lambda),
    ...detectIdentity(env),
    ...resource,
    ...defined<AttributeValue>({ 'service.name': name, 'service.namespace': namespace, 'service.version': version }),
    ...readIdentity(env, identity),
    ...resourceAttributes,
    ...defined<AttributeValue>({ 'service.name': serviceName }),
    ...enforce?.resource,
    ...readIdentity(env, enforce?.identity),
    // An SDK that is not OpenTelemetry's own has to name itself.
    'telemetry.sdk.name': 'tracelet',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': VERSION,
  };
}

/** Nothing outside Lambda: then the process is not known to run in AWS. */
function detect(lambda: Environment['lambda']): Attributes {
  const { functionName, functionVersion, logGroup, logStream, memoryMb, region } = lambda;
  if (functionName === undefined) return {};
  return {
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'faas.name': functionName,
    'host.arch': process.arch === 'x64' ? 'amd64' : process.arch,
    ...defined<AttributeValue>({
      'cloud.region': region,
      'faas.version': functionVersion,
      // The log stream is the one name of an execution environment that AWS gives out.
      'faas.instance': logStream,
      'service.instance.id': logStream,
      'faas.max_memory': memoryMb && memoryMb * 1_048_576,
      'aws.log.group.names': logGroup && [logGroup],
    }),
  };
}
