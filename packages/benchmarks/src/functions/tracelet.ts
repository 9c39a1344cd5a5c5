import { lambda, log, span } from '@tracelet/lambda';
import { type Work, work } from './work.ts';

/** Everything on: traces, logs, downstream calls. */
export const handler = lambda(async (event: Work) => {
  if (event.line !== undefined) log.info(event.line, { orderId: 'o-7' });
  return work(event, span);
});
