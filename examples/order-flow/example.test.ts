import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { defaultIntegrations } from '@tracelet/lambda';
import { events, fakeContext, harness, type SpanTree, spanTree } from '@tracelet/testing';
import type { Context, KinesisStreamEvent, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import request from './event.json' with { type: 'json' };
import { type LocalPeer, startInvoke, startStream, startTopicAndQueue } from './peers.ts';

const { run } = harness({ plugins: defaultIntegrations() });
const trees: SpanTree[] = [];
const peers: LocalPeer[] = [];
let queueUrl: string;

beforeAll(async () => {
  for (const [name, value] of Object.entries({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 's',
  })) {
    vi.stubEnv(name, value);
  }
  const queue = await startTopicAndQueue();
  const stream = await startStream('charged');
  const functions = await startInvoke(async (payload, clientContext) => {
    const { handler } = await import('./tell-customer.ts');
    return invoke('tell-customer', handler, payload as never, clientContext);
  });
  peers.push(queue, stream, functions);
  queueUrl = queue.queueUrl;
  vi.stubEnv('ORDERS_TOPIC', queue.topicArn);
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', queue.url);
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', queue.url);
  vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', stream.url);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', functions.url);
}, 60_000);
afterAll(async () => {
  for (const peer of peers) await peer.stop();
  vi.unstubAllEnvs();
});

it('an order is one trace from the HTTP request through SNS, SQS and Kinesis to the last function', async () => {
  const [placeOrder, chargeOrder, countOrder] = await Promise.all([
    import('./place-order.ts'),
    import('./charge-order.ts'),
    import('./count-order.ts'),
  ]);
  await invoke('place-order', placeOrder.handler, request as never);
  await invoke('charge-order', chargeOrder.handler, await receive());
  await invoke('count-order', countOrder.handler, await read());
  const whole = spanTree(
    trees.flatMap(({ spans }) => spans),
    { attributes: ['messaging.destination.name'] },
  );
  expect(String(whole)).toMatchInlineSnapshot(`
    "SERVER POST /orders
      PRODUCER SNS.Publish  messaging.destination.name=placed
        CONSUMER process orders  links=1 messaging.destination.name=orders
          INTERNAL charge card
          PRODUCER Kinesis.PutRecord  messaging.destination.name=charged
            CONSUMER process charged  links=1 messaging.destination.name=charged
              CLIENT Lambda.Invoke
                SERVER tell-customer

    SERVER charge-order
      CONSUMER process orders  messaging.destination.name=orders

    SERVER count-order
      CONSUMER process charged  messaging.destination.name=charged"
  `);
});

/** Runs a function as Lambda would, and keeps its spans. */
async function invoke<E, R>(
  functionName: string,
  handler: (event: E, context: Context, ...rest: never[]) => R | PromiseLike<R>,
  event: E,
  clientContext?: unknown,
): Promise<unknown> {
  const context = fakeContext({ functionName, requestId: functionName, clientContext: clientContext as never });
  const done = await run(handler, event, { context });
  trees.push(done.spans);
  if (!done.ok) throw done.error;
  return done.result;
}

/** What the event source mapping of a queue does. */
async function receive(): Promise<SQSEvent> {
  const sqs = new SQSClient({});
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }),
  );
  sqs.destroy();
  return events.sqs(
    Messages.map(({ Body, MessageAttributes = {} }) => ({
      body: Body,
      messageAttributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
      ),
    })),
  );
}

/** What the event source mapping of a stream does. */
async function read(): Promise<KinesisStreamEvent> {
  const kinesis = new KinesisClient({});
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamName: 'charged',
      ShardId: 'shardId-000000000000',
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
  kinesis.destroy();
  return events.kinesis(
    Records.map(({ Data }) => ({ data: Data })),
    { stream: 'charged' },
  );
}
