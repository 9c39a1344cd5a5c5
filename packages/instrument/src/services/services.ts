import type { AwsService } from './aws-service.ts';
import { dynamodb } from './dynamodb.ts';
import { eventbridge } from './eventbridge.ts';
import { firehose } from './firehose.ts';
import { kinesis } from './kinesis.ts';
import { lambda } from './lambda.ts';
import { s3 } from './s3.ts';
import { secretsManager } from './secrets-manager.ts';
import { sfn } from './sfn.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';

/** The services of which more is known than their name, by the id that the SDK's user agent has. */
export const services: Readonly<Record<string, AwsService>> = {
  dynamodb,
  eventbridge,
  firehose,
  kinesis,
  lambda,
  s3,
  secrets_manager: secretsManager,
  sfn,
  sns,
  sqs,
};
