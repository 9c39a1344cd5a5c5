import { json, lambda, sns } from '@tracelet/lambda';

interface Order {
  readonly id: string;
}

/** Its queue is subscribed to a topic, so SNS's envelope is around each order. */
export const handler = lambda.sqs({ failures: 'report', parse: sns(json<Order>()) }, async (order, { log, set }) => {
  set({ 'order.id': order.id });
  log.info('order packed', { orderId: order.id });
});
