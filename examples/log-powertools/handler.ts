import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import { lambda } from '@tracelet/lambda';
import { powertoolsFormatter } from '@tracelet/lambda/powertools';

interface Order {
  readonly id: string;
  readonly amount: number;
}

const logger = new Logger({ serviceName: 'orders', logFormatter: powertoolsFormatter({ LogFormatter, LogItem }) });

export const handler = lambda(async (order: Order) => {
  logger.info('order placed', { orderId: order.id, amount: order.amount });
  return { placed: order.id };
});
