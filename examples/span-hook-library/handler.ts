import { lambda } from '@tracelet/lambda';
import { lookUpPrice } from './price-list.ts';
import { stockWatch } from './stock-watch.ts';

/** Prices each order of a queue. */
export const handler = lambda.with({ plugins: [stockWatch({ slowMs: 0 })] }).sqs(async ({ body }, { log }) => {
  log.info('priced', { cents: await lookUpPrice(body) });
});
