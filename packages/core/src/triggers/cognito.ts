import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A trigger of an Amazon Cognito user pool: sign-up, authentication, tokens, messages, migration. The operation is the
 * `triggerSource`; nothing is taken of the user.
 *
 * @carrier Top-level keys of `request.clientMetadata`, which any app client may send along: the process option
 *   `trustRemote: { other: 'link' }` keeps it from deciding on sampling.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export const cognito: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'cognito',
  matches: (event) => event.triggerSource && event.userPoolId,
  facts: (event) => ({ name: event.userPoolId, operation: event.triggerSource }),
  carrier: (event) => carrierIn(event.request?.clientMetadata),
});
