import { log } from '@tracelet/lambda';
import { lambda } from './lambda.ts';

/** Invoked by another function; knows its trace by the client context. */
export const handler = lambda(async (event: { readonly orderId: string }) => {
  log.info('customer told', { orderId: event.orderId });
  return 'told';
});
