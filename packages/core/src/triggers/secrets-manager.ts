import { AWS_SECRET_ARN } from '../attributes.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * The rotation of a secret of AWS Secrets Manager. The operation is the step: `createSecret`, `setSecret`, `testSecret`,
 * `finishSecret`. The tokens of the request are not read.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export const secretsManager: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'secrets-manager',
  matches: (event) => event.SecretId && event.Step && event.ClientRequestToken,
  facts: (event) => ({
    arn: event.SecretId,
    operation: event.Step,
    attributes: { [AWS_SECRET_ARN]: text(event.SecretId) },
  }),
});
