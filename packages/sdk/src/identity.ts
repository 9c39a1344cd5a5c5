import type { Attributes } from '@opentelemetry/api';
import type { Plugin } from '@tracelet/core';

/** Resource attributes by the environment variable that has them, or the first of several that is set. */
export type IdentityVariables = Readonly<Record<string, string | readonly string[]>>;

/**
 * What tools for deployment and other agents tell a function of itself, so that nobody has to say it again. Serverless
 * Framework, SAM and CDK set nothing of the kind.
 *
 * @see https://sst.dev/docs/component/aws/function SST 3; `SST_APP` and `SST_STAGE` are those of SST 2
 * @see https://arc.codes/docs/en/reference/runtime-helpers/node.js
 * @see https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/environment-variables/
 */
export const knownVariables: IdentityVariables = {
  'service.name': ['POWERTOOLS_SERVICE_NAME', 'DD_SERVICE'],
  'service.namespace': ['SST_APP', 'ARC_APP_NAME'],
  'service.version': 'DD_VERSION',
  'deployment.environment.name': ['SST_STAGE', 'ARC_ENV', 'DD_ENV'],
};

/** Reads attributes from variables; what is unset, or empty, says nothing. */
export function readIdentity(env: NodeJS.ProcessEnv, variables: IdentityVariables = {}): Attributes {
  const found = Object.entries(variables).map(([attribute, names]) => {
    const values = [names].flat().map((name) => env[name]?.trim());
    return [attribute, values.find(Boolean)] as const;
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Reads what the usual variables say of service and stage. */
export function detectIdentity(env: NodeJS.ProcessEnv): Attributes {
  return readIdentity({ ...env, ...readSst(env.SST_RESOURCE_App) }, knownVariables);
}

/**
 * Adds the account to a resource, which is known from the first invocation on; nothing has been sent by then. The alias is
 * on the span of each invocation alone: one process may be invoked by several.
 */
export function completeIdentity(resource: Attributes): Plugin {
  let isComplete = false;
  return {
    name: 'tracelet-identity',
    invocation(_span, { context }) {
      if (isComplete) return;
      isComplete = true;
      const account = context.invokedFunctionArn?.split(':')[4];
      if (account) resource['cloud.account.id'] ??= account;
    },
  };
}

/** SST 3 says both in one JSON text. */
function readSst(text: string | undefined): NodeJS.ProcessEnv {
  if (!text) return {};
  try {
    const { name, stage } = JSON.parse(text) as { readonly name?: unknown; readonly stage?: unknown };
    return { SST_APP: String(name ?? ''), SST_STAGE: String(stage ?? '') };
  } catch {
    return {};
  }
}
