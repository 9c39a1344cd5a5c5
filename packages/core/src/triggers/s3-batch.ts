import { AWS_S3_BUCKET, AWS_S3_KEY } from '../attributes.ts';
import { carrierIn } from '../payload-carrier.ts';
import { type Deep, object, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * S3 Batch Operations: one task of a job. A result that is not `Succeeded` is a fault of that name.
 *
 * @carrier User arguments of the job (`job.userArguments`, invocation schema 2.0).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 */
export const s3Batch: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 's3-batch',
  matches: (event) => event.invocationSchemaVersion && event.job && event.tasks,
  facts: (event) => {
    const task = event.tasks?.[0];
    return {
      arn: task?.s3BucketArn,
      name: event.job?.id,
      eventId: task?.taskId,
      attributes: {
        // Schema 2.0 has the bucket's name, 1.0 the ARN: arn:aws:s3:::NAME
        [AWS_S3_BUCKET]: text(task?.s3Bucket) ?? text(task?.s3BucketArn)?.split(':')[5],
        [AWS_S3_KEY]: text(task?.s3Key),
      },
    };
  },
  carrier: (event) => carrierIn(event.job?.userArguments),
  judge: (result) => {
    const errorType = text((object(result) as Deep).results?.[0]?.resultCode);
    const fault = errorType !== undefined && errorType !== 'Succeeded';
    return fault ? { fault, errorType } : { fault };
  },
});
