import { json, lambda } from '@tracelet/lambda';

interface Order {
  readonly id: string;
  readonly amount: number;
}

/**
 * Each message is an order. A message that fails is retried alone, because the event source mapping has
 * `ReportBatchItemFailures`; without it, leave `failures` out.
 */
export const handler = lambda.sqs({ failures: 'report', parse: json<Order>() }, async (order, { log, set, span }) => {
  set({ 'order.id': order.id });
  await span('charge card', () => charge(order));
  log.info('order charged', { orderId: order.id, amount: order.amount });
});

async function charge(order: Order): Promise<void> {
  if (order.amount <= 0) throw new RangeError(`order ${order.id} has no amount`);
}
