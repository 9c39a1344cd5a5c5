import { lambda } from '@tracelet/lambda';
import { pinoDestination, pinoOptions } from '@tracelet/lambda/pino';
import { pino } from 'pino';

interface Order {
  readonly id: string;
  readonly amount: number;
}

const logger = pino(pinoOptions(), pinoDestination());

export const handler = lambda(async (order: Order) => {
  const orders = logger.child({ orderId: order.id });
  orders.info({ amount: order.amount }, 'order placed');
  return { placed: order.id };
});
