import { log } from '@tracelet/lambda';
import { lambda } from './acme-lambda.ts';

interface Order {
  readonly id: string;
  readonly amount: number;
}

export const handler = lambda(async (order: Order) => {
  log.set({ orderId: order.id });
  log.debug('pricing', { amount: order.amount });
  if (order.amount <= 0) throw new RangeError('an order needs an amount');
  log.info('order placed');
  return { placed: order.id };
});
