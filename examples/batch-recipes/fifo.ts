import { json, lambda } from '@tracelet/lambda';

interface Payment {
  readonly id: string;
  readonly cents: number;
}

/** A FIFO queue: payments of one account in order, those of five accounts at once. */
export const handler = lambda.sqs(
  {
    failures: 'report',
    concurrency: 5,
    maxReceiveCount: 3,
    idempotencyKey: ({ attributes }) => attributes.MessageDeduplicationId,
    parse: json<Payment>(),
  },
  async (payment, { isLastAttempt, log, signal }) => {
    try {
      await pay(payment, signal);
    } catch (error) {
      if (isLastAttempt) log.error('payment given up', { paymentId: payment.id });
      throw error;
    }
  },
);

async function pay({ id, cents }: Payment, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (cents <= 0) throw new RangeError(`payment ${id} has no amount`);
}
