import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { lambda } from '@tracelet/lambda';
import { durableTracing } from '@tracelet/lambda/durable';
import { charge, priceOf } from './shop.ts';

export const handler = lambda(
  withDurableExecution(
    async (order: { readonly id: string }, context) => {
      const price = await context.step('price', () => priceOf(order.id));
      await context.wait('cooling-off', { days: 1 });
      return context.step('charge', () => charge(order.id, price));
    },
    { plugins: [durableTracing()] },
  ),
);
