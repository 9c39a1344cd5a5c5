import { lambda } from '@tracelet/lambda';
import type { SQSEvent } from 'aws-lambda';
import { messageAttributes, withContext } from './carry.ts';

/** Takes messages one by one: each has a span that links to its producer. */
export const each = lambda.with({ queueSpan: true }).sqs(async ({ body }, { log }) => {
  log.info('message', { length: body.length });
});

/** Takes the batch whole: its one span links to all producers. */
export const whole = lambda(async ({ Records }: SQSEvent) => Records.length);

/** What a producer of your own hands to a client that tracelet does not know. */
export const produce = lambda(async (order: { id: string }) => ({
  MessageAttributes: messageAttributes(),
  Data: withContext(order),
}));
