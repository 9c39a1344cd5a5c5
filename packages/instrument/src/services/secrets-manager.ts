import { AWS_SECRET_ARN } from '../attributes.ts';
import { type AwsService, known, textOf } from './aws-service.ts';

/** Secrets Manager: which secret, never what is in it. */
export const secretsManager: AwsService = {
  describe: (_, { SecretId }) =>
    known({ [AWS_SECRET_ARN]: textOf(SecretId)?.startsWith('arn:') ? textOf(SecretId) : undefined }),
  result: (_, { ARN }) => known({ [AWS_SECRET_ARN]: textOf(ARN) }),
};
