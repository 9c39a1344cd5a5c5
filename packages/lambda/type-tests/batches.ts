// The batch wrappers of every source: what a record is, what `parse` makes of it, what the handler answers.
import {
  type BusEvent,
  type Change,
  change,
  eventBridge,
  type FirehoseHandler,
  type FirehoseOutput,
  json,
  type KafkaBatchResponse,
  type KafkaEvent,
  type KafkaHandler,
  lambda,
  type MqEvent,
  type MqHandler,
  type MqMessage,
  type RecordScope,
  type S3Handler,
  type SnsHandler,
  sns,
} from '@tracelet/lambda';
import { aggregated, type UserRecord } from '@tracelet/lambda/kpl';
import type * as aws from 'aws-lambda';
import { z } from 'zod';
import { exactly } from './proof.js';

interface Order {
  id: string;
  cents: number;
}
const OrderSchema = z.object({ id: z.string(), cents: z.number() });

// Kafka.
export const topic = lambda.kafka(async (record, scope) => {
  exactly<aws.MSKRecord>().of(record);
  exactly<RecordScope<aws.MSKRecord>>().of(scope);
  exactly<boolean>().of(scope.isLastAttempt);
});
exactly<KafkaHandler>().of(topic);
export const parsedTopic = lambda.kafka({ parse: json(OrderSchema), concurrency: 3 }, async (order, { record }) => {
  exactly<Order>().of(order);
  exactly<number>().of(record.offset);
});
export async function resumeAt(event: KafkaEvent, context: aws.Context): Promise<number | undefined> {
  const response = await topic(event, context);
  exactly<KafkaBatchResponse | void>().of(response);
  return response?.batchItemFailures[0]?.itemIdentifier.offset;
}

// Amazon MQ.
export const broker = lambda.mq((message, scope) => {
  exactly<MqMessage>().of(message);
  exactly<RecordScope<MqMessage>>().of(scope);
  exactly<string>().of(message.data);
});
exactly<MqHandler>().of(broker);
export const parsedBroker = lambda.mq({ parse: json<Order>() }, (order, { record }) => {
  exactly<Order>().of(order);
  exactly<MqMessage>().of(record);
});
export const toBroker = (event: MqEvent, context: aws.Context): Promise<void> => broker(event, context);

// SNS.
export const notices = lambda.sns(async (record) => exactly<aws.SNSEventRecord>().of(record));
exactly<SnsHandler>().of(notices);
export const parsedNotices = lambda.sns({ parse: json(OrderSchema) }, async (order, scope) => {
  exactly<Order>().of(order);
  exactly<RecordScope<aws.SNSEventRecord>>().of(scope);
});
export const snsHandler: aws.SNSHandler = parsedNotices;

// S3.
export const objects = lambda.s3(async (record) => exactly<aws.S3EventRecord>().of(record));
exactly<S3Handler>().of(objects);
export const parsedObjects = lambda.s3({ parse: ({ s3 }) => s3.object.key }, async (key, { record }) => {
  exactly<string>().of(key);
  exactly<aws.S3EventRecord>().of(record);
});
export const s3Handler: aws.S3Handler = parsedObjects;

// Firehose: each record has an answer.
export const archive = lambda.firehose((record, scope) => {
  exactly<aws.FirehoseTransformationEventRecord>().of(record);
  exactly<RecordScope<aws.FirehoseTransformationEventRecord>>().of(scope);
  return record.data;
});
exactly<FirehoseHandler>().of(archive);
export const firehoseHandler: aws.FirehoseTransformationHandler = archive;
export const parsedArchive = lambda.firehose({ parse: json(OrderSchema) }, async (order) => {
  exactly<Order>().of(order);
  return order.cents === 0 ? { result: 'Dropped' } : { data: order.id, partitionKeys: { id: order.id } };
});
export const bytes = lambda.firehose(() => new Uint8Array([1]));
export const unchanged = lambda.firehose(() => {});
export const sometimes = lambda.firehose(async ({ data }): Promise<FirehoseOutput> => (data === '' ? undefined : data));

// Envelopes compose.
export const wrapped = lambda.sqs({ parse: sns(json(OrderSchema)) }, async (order) => exactly<Order>().of(order));
export const cast = lambda.sqs({ parse: sns(json<Order>()) }, (order) => exactly<Order>().of(order));
export const bus = lambda.sqs({ parse: eventBridge<Order>() }, (event) => exactly<BusEvent<Order>>().of(event));
export const detail = lambda.kinesis({ parse: eventBridge(json<Order>()) }, (order) => exactly<Order>().of(order));
export const twice = lambda.sqs({ parse: sns(eventBridge(json(OrderSchema))) }, async (order) =>
  exactly<Order>().of(order),
);
export const table = lambda.dynamodb({ parse: change(OrderSchema) }, async (payload) =>
  exactly<Change<Order>>().of(payload),
);
export const userRecords = lambda.kinesis({ parse: aggregated() }, (records) =>
  exactly<readonly UserRecord[]>().of(records),
);

// Options.
export const bounded = lambda.sqs(
  {
    slowRecordMs: 200,
    linkProducer: 'parent',
    skipOnDeadline: false,
    messageKeys: 'omit',
    maxReceiveCount: 3,
    idempotencyKey: ({ messageId }) => messageId,
    parse: json<Order>(),
  },
  (order, { record }) => {
    exactly<Order>().of(order);
    exactly<aws.SQSRecord>().of(record);
  },
);

// Mistakes.
// @ts-expect-error
lambda.firehose(() => 5);
// @ts-expect-error
lambda.firehose(async () => ({ result: 'ProcessingFailed' }));
// @ts-expect-error
lambda.firehose({ parse: json<Order>() }, (order) => order);
// @ts-expect-error Firehose takes an answer for each record, so there is nothing to say about failures.
lambda.firehose({ failures: 'report' }, ({ data }) => data);
// @ts-expect-error
lambda.kafka(async (record) => record.body);
// @ts-expect-error
lambda.s3({ parse: json<Order>() }, (order) => order.id);
// @ts-expect-error
lambda.sqs({ linkProducer: 'child' }, () => {});
// @ts-expect-error
lambda.sqs({ messageKeys: true }, () => {});
// @ts-expect-error
lambda.sqs({ maxReceiveCount: '3' }, () => {});
// @ts-expect-error
lambda.sqs({ idempotencyKey: (record: Order) => record.id }, () => {});
// @ts-expect-error
export const wrongSource: aws.SNSHandler = lambda.s3(() => {});
