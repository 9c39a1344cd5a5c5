import { lambda } from '@tracelet/lambda';
import { winstonFormat } from '@tracelet/lambda/winston';
import { createLogger, format, transports } from 'winston';

interface Order {
  readonly id: string;
  readonly amount: number;
}

const logger = createLogger({
  format: format.combine(winstonFormat(), format.json()),
  transports: [new transports.Stream({ stream: process.stdout })],
});

export const handler = lambda(async (order: Order) => {
  logger.info('order placed', { orderId: order.id, amount: order.amount });
  return { placed: order.id };
});
