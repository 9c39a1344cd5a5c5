import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A custom resource of an AWS CloudFormation stack. The operation is `Create`, `Update` or `Delete`. The response URL is
 * a secret and is not read.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export const cloudformation: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'cloudformation',
  matches: (event) => event.StackId && event.RequestType && event.LogicalResourceId,
  facts: (event) => ({
    arn: event.StackId,
    name: event.LogicalResourceId,
    operation: event.RequestType,
    eventId: event.RequestId,
  }),
});
