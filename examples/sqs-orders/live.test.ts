import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Link } from '@opentelemetry/api';
import { events, harness, type SpanTree, spanTree } from '@tracelet/testing';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { handler as packOrders } from './from-topic.ts';
import { handler as chargeOrders } from './handler.ts';

const { run } = harness();
let server: FauxqsServer;
let sqs: SQSClient;
let sns: SNSClient;

beforeAll(async () => {
  server = await startFauxqs({ host: '127.0.0.1', port: 0, logger: false });
  const client = {
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  };
  sqs = new SQSClient(client);
  sns = new SNSClient(client);
});
afterAll(async () => {
  sqs.destroy();
  sns.destroy();
  await server.stop();
});

it('charges the orders of a queue; the one that fails alone comes again', async () => {
  const { queueUrl } = server.createQueue('orders', { region: 'eu-west-1' });
  const send = new SendMessageBatchCommand({
    QueueUrl: queueUrl,
    Entries: [
      { Id: 'a', MessageBody: '{"id":"a","amount":20}', MessageAttributes: { traceparent: text(producer('a')) } },
      { Id: 'b', MessageBody: '{"id":"b","amount":0}', MessageAttributes: { traceparent: bytes(producer('b')) } },
      { Id: 'c', MessageBody: '{"id":"c","amount":35}' },
    ],
  });
  const sent = await sqs.send(send);
  const failedId = sent.Successful?.find(({ Id }) => Id === 'b')?.MessageId;

  const first = await receive(queueUrl);
  const { spans, ...answer } = await run(chargeOrders, events.sqsReceived(first, { queue: 'orders' }));
  expect(answer).toMatchObject({ ok: true, result: { batchItemFailures: [{ itemIdentifier: failedId }] } });
  expect(print(spans)).toMatchInlineSnapshot(`
    "SERVER local-function
      CONSUMER process orders  messaging.batch.message_count=3
        CONSUMER process orders  links=1 tracelet.record.attempt=1
          INTERNAL charge card
        CONSUMER process orders  [error RangeError] "order b has no amount" links=1 tracelet.record.attempt=1
          INTERNAL charge card  [error RangeError] "order b has no amount"
        CONSUMER process orders  tracelet.record.attempt=1
          INTERNAL charge card"
  `);
  expect(producersOf(spans)).toEqual({ a: [producer('a')], b: [producer('b')], c: [] });

  // What the event source mapping does with such a response.
  for (const { MessageId, ReceiptHandle } of first) {
    if (MessageId !== failedId) await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  const again = await run(chargeOrders, events.sqsReceived(await receive(queueUrl), { queue: 'orders' }));
  expect(again).toMatchObject({ ok: false, error: { code: 'batch_failed', failedIds: [failedId] } });
  expect(print(again.spans)).toMatchInlineSnapshot(`
    "SERVER local-function  [error BatchError] "[batch_failed] 1 of 1 sqs records failed (ID); the first with RangeError: order b has ..."
      CONSUMER process orders  [error BatchError] "[batch_failed] 1 of 1 sqs records failed (ID); the first with RangeError: order b has ..." messaging.batch.message_count=1
        CONSUMER process orders  [error RangeError] "order b has no amount" links=1 tracelet.record.attempt=2
          INTERNAL charge card  [error RangeError] "order b has no amount""
  `);
});

it('packs the orders that a topic passes to a queue; the publisher is linked', async () => {
  const { queueUrl } = server.createQueue('packing', { region: 'eu-west-1' });
  const { topicArn } = server.createTopic('placed', { region: 'eu-west-1' });
  server.subscribe({ topic: 'placed', queue: 'packing', region: 'eu-west-1' });
  const MessageAttributes = { traceparent: text(producer('d')) };
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: '{"id":"d"}', MessageAttributes }));

  const { spans, logs } = await run(packOrders, events.sqsReceived(await receive(queueUrl), { queue: 'packing' }));
  expect(print(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  tracelet.event_source.nested=["sns"]
      CONSUMER process packing  messaging.batch.message_count=1
        CONSUMER process packing  links=1 tracelet.record.attempt=1 tracelet.event_source.nested=["sns"]"
  `);
  expect(producersOf(spans)).toEqual({ d: [producer('d')] });
  expect(logs).toMatchObject([{ message: 'order packed', orderId: 'd' }]);
});

/** The trace context of whoever sent an order. */
function producer(order: string): string {
  return `00-${order.repeat(32)}-${order.repeat(16)}-01`;
}

function text(StringValue: string): { DataType: string; StringValue: string } {
  return { DataType: 'String', StringValue };
}

function bytes(value: string): { DataType: string; BinaryValue: Uint8Array } {
  return { DataType: 'Binary', BinaryValue: Buffer.from(value) };
}

/** The messages that wait, which then come again in a second. */
async function receive(queueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
      VisibilityTimeout: 1,
      WaitTimeSeconds: 5,
    }),
  );
  return Messages;
}

/** The spans; the ids of messages are other ones each time. */
function print({ spans }: SpanTree): string {
  const attributes = ['messaging.batch.message_count', 'tracelet.record.attempt', 'tracelet.event_source.nested'];
  return String(spanTree(spans, { attributes })).replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');
}

/** The orders with the trace context that their spans link to. */
function producersOf({ spans }: SpanTree): unknown {
  const orders = spans.filter(({ attributes }) => attributes['order.id'] !== undefined);
  return Object.fromEntries(
    orders.map(({ attributes, links }) => [
      attributes['order.id'],
      links.map((link) => {
        const { spanId, traceFlags, traceId } = (link as Link).context;
        return `00-${traceId}-${spanId}-0${traceFlags}`;
      }),
    ]),
  );
}
