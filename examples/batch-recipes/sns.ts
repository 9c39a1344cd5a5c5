import { json, lambda } from '@tracelet/lambda';

interface Placed {
  readonly orderId: string;
}

/** One message, whose publisher is the parent of the invocation. */
export const handler = lambda.sns({ parse: json<Placed>() }, async ({ orderId }, { log }) => {
  log.info('customer told', { orderId });
});
