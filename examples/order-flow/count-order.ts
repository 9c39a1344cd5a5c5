import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { json } from '@tracelet/lambda';
import type { Order } from './charge-order.ts';
import { lambda } from './lambda.ts';

const functions = new LambdaClient({});

/** The stream's consumer: asks another function to tell the customer. */
export const handler = lambda.kinesis({ parse: json<Order>() }, async (order) => {
  await functions.send(
    new InvokeCommand({ FunctionName: 'tell-customer', Payload: JSON.stringify({ orderId: order.id }) }),
  );
});
