import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import {
  AWS_LAMBDA_INVOKED_ARN,
  CLOUD_ACCOUNT_ID,
  CLOUD_RESOURCE_ID,
  FAAS_INVOCATION_ID,
  TENANT_ID,
} from './attributes.ts';
import { survive } from './diagnose.ts';
import { known, text } from './shape.ts';

/** What the Lambda context says of an invocation. */
export interface ContextFacts {
  readonly requestId: string | undefined;
  readonly functionName: string;
  readonly attributes: Attributes;
}

/**
 * Reads the Lambda context once. A context that is missing or throws yields what the environment says.
 *
 * `cloud.resource_id` is the ARN of the version that ran: an alias in the invoked ARN is replaced by the version.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/faas/aws-lambda/
 */
export function contextFacts(context: Context | undefined): ContextFacts {
  return survive('context_unreadable', 'Reading the context', () => read(context)) ?? read(undefined);
}

/**
 * Tells whether the runtime takes callbacks: runtime client 3 (up to nodejs22.x) does, 4 does not. Only there has a
 * synchronous return value another meaning than a resolved promise.
 */
export function isCallbackRuntime(context: Context | undefined): boolean {
  try {
    return typeof context?.done === 'function';
  } catch {
    return false;
  }
}

function read(context: Context | undefined): ContextFacts {
  const { AWS_LAMBDA_FUNCTION_NAME: name, AWS_LAMBDA_FUNCTION_VERSION: version } = process.env;
  const requestId = text(context?.awsRequestId);
  const arn = text(context?.invokedFunctionArn);
  // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:ALIAS or VERSION]
  const parts = arn?.split(':');
  if (parts?.[7] !== undefined) parts[7] = text(context?.functionVersion) ?? version ?? parts[7];
  const attributes = known({
    [FAAS_INVOCATION_ID]: requestId,
    [AWS_LAMBDA_INVOKED_ARN]: arn,
    [CLOUD_ACCOUNT_ID]: text(parts?.[4]),
    [CLOUD_RESOURCE_ID]: parts?.join(':'),
    [TENANT_ID]: text((context as { tenantId?: unknown } | undefined)?.tenantId),
  });
  return { requestId, functionName: text(context?.functionName) ?? name ?? 'lambda', attributes };
}
