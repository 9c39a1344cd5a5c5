import { lambda } from '@tracelet/lambda';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

const each = lambda.record(async ({ body }: SQSRecord) => {
  JSON.parse(body);
});

/** A loop of your own: each record has its span, its logs and its link all the same. */
export const handler = lambda(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const results = await Promise.allSettled(Records.map(each));
  const failed = Records.filter((_, index) => results[index]?.status === 'rejected');
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
});
