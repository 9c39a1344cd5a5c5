import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A life cycle hook of an AWS CodeDeploy deployment, such as `BeforeAllowTraffic`. The event does not say which.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export const codedeploy: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'codedeploy',
  matches: (event) => event.DeploymentId && event.LifecycleEventHookExecutionId,
  facts: (event) => ({ eventId: event.DeploymentId }),
});
