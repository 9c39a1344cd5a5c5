import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { defined } from './defined.ts';
import type { Environment } from './env.ts';
import { VERSION } from './otlp/version.ts';
import type { ProcessOptions } from './process-options.ts';

/** What a preset says of the resource. */
export type ResourceOptions = Pick<ProcessOptions, 'service' | 'resource'>;

/**
 * Describes the function as an OpenTelemetry resource. The environment comes before the preset, the preset before what
 * was detected; the `telemetry.*` attributes tell which code made the telemetry, so nobody may set them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/cloud-provider/aws/
 * @see https://opentelemetry.io/docs/specs/semconv/resource/faas/
 * @see https://opentelemetry.io/docs/specs/semconv/resource/#telemetry-sdk
 */
export function lambdaResource(
  environment: Pick<Environment, 'lambda' | 'serviceName' | 'resourceAttributes'>,
  options: ResourceOptions = {},
): Attributes {
  const { lambda, resourceAttributes, serviceName } = environment;
  const { name, namespace, version } = options.service ?? {};
  return {
    'service.name': lambda.functionName ?? 'unknown_service:node',
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    ...detect(lambda),
    ...options.resource,
    ...defined<AttributeValue>({ 'service.name': name, 'service.namespace': namespace, 'service.version': version }),
    ...resourceAttributes,
    ...defined<AttributeValue>({ 'service.name': serviceName }),
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
    ...defined<AttributeValue>({
      'cloud.region': region,
      'faas.version': functionVersion,
      // The log stream is the one name of an execution environment that AWS gives out.
      'faas.instance': logStream,
      'faas.max_memory': memoryMb && memoryMb * 1_048_576,
      'aws.log.group.names': logGroup && [logGroup],
    }),
  };
}
