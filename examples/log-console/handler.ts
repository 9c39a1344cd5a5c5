import { lambda } from '@tracelet/lambda';
import { bridgeConsole } from '@tracelet/lambda/console';

interface Order {
  readonly id: string;
  readonly amount: number;
}

bridgeConsole();

export const handler = lambda(async (order: Order) => {
  console.info('order placed: %s', order.id);
  return { placed: order.id };
});
