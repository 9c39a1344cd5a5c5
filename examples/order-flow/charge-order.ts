import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { json } from '@tracelet/lambda';
import { lambda } from './lambda.ts';

/** What travels along. */
export interface Order {
  readonly id: string;
  readonly amount: number;
}

const kinesis = new KinesisClient({});

/** The queue behind the topic: each order is charged and put into the stream. */
export const handler = lambda.sqs({ parse: json<Order>() }, async (order, { span }) => {
  await span('charge card', async () => order.amount);
  const Data = new TextEncoder().encode(JSON.stringify(order));
  await kinesis.send(new PutRecordCommand({ StreamName: 'charged', PartitionKey: order.id, Data }));
});
