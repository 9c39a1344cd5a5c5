import { json, lambda } from '@tracelet/lambda';
import type { Order } from './place-order.ts';

export const handler = lambda
  .with({ attributes: { 'acme.team': 'depot', 'acme.company': 'another' }, batch: { failures: 'report' } })
  .sqs({ failures: 'report', parse: json<Order>() }, async ({ id }, { log }) => {
    if (id === '') throw new RangeError('an order has an id');
    log.info('order shipped', { id });
  });
