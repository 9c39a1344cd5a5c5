import type { Writable } from 'node:stream';
import type {
  Callback,
  Context,
  DynamoDBBatchResponse,
  DynamoDBRecord,
  DynamoDBStreamEvent,
  FirehoseTransformationEvent,
  FirehoseTransformationEventRecord,
  FirehoseTransformationResult,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  KinesisStreamRecord,
  MSKRecord,
  S3Event,
  S3EventRecord,
  SNSEvent,
  SNSEventRecord,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import type { BatchSettings, Settings } from './preset.ts';
import type { RecordScope } from './scope.ts';
import type { BatchTrigger, Carrier } from './trigger.ts';
import type { FirehoseOutput } from './triggers/firehose.ts';
import type { KafkaBatchResponse, KafkaEvent } from './triggers/kafka.ts';
import type { MqEvent, MqMessage } from './triggers/mq.ts';

/** A handler that answers with a promise. */
export type Handler<E = unknown, R = unknown> = (event: E, context: Context) => Promise<R>;

/** A handler that answers by callback; runtime client 3 (up to nodejs22.x) only. */
export type CallbackHandler<E = unknown, R = unknown> = (
  event: E,
  context: Context,
  callback: Callback<R>,
) => void | Promise<R>;

/** The stream that a streaming handler writes its response to. */
export interface ResponseStream extends Writable {
  setContentType(contentType: string): void;
}

/**
 * A handler that streams its response.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html
 */
export type StreamifyHandler<E = unknown, R = void> = (
  event: E,
  responseStream: ResponseStream,
  context: Context,
) => R | Promise<R>;

/** Handler of SQS events. */
export type SqsHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | void>;

/** Handler of Kinesis Data Streams events. */
export type KinesisHandler = (
  event: KinesisStreamEvent,
  context: Context,
) => Promise<KinesisStreamBatchResponse | void>;

/** Handler of DynamoDB Streams events. */
export type DynamodbHandler = (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse | void>;

/** Handler of Kafka events: Amazon MSK and clusters of your own. */
export type KafkaHandler = (event: KafkaEvent, context: Context) => Promise<KafkaBatchResponse | void>;

/** Handler of Amazon MQ events: ActiveMQ and RabbitMQ. */
export type MqHandler = (event: MqEvent, context: Context) => Promise<void>;

/** Handler of SNS events. */
export type SnsHandler = (event: SNSEvent, context: Context) => Promise<void>;

/** Handler of S3 event notifications. */
export type S3Handler = (event: S3Event, context: Context) => Promise<void>;

/** Handler of Firehose transformation events. */
export type FirehoseHandler = (
  event: FirehoseTransformationEvent,
  context: Context,
) => Promise<FirehoseTransformationResult>;

/** Wraps a handler of any shape and keeps its type. */
// The order counts: a function is matched with the overloads from the top, and a parameter without a type takes it from
// the first one alone, whether that one fits or not. So the first one knows all three parameters.
export interface Wrap {
  <E = unknown, R = unknown>(handler: (event: E, context: Context, callback: Callback<R>) => Promise<R>): Handler<E, R>;
  <E = unknown, R = unknown>(
    handler: (event: E, context: Context, callback: Callback<R>) => void | Promise<R>,
  ): CallbackHandler<E, R>;
  <E = unknown, R = unknown>(handler: (event: E, context: Context) => R | Promise<R>): Handler<E, R>;
  <E = unknown, R = void>(handler: StreamifyHandler<E, R>): StreamifyHandler<E, R>;
}

/** Processes one record of a batch. What it returns is ignored; what it throws fails the record. */
export type Each<P, Rec> = (payload: P, scope: RecordScope<Rec>) => unknown;

/** Options of a batch wrapper. */
export interface BatchOptions<Rec, P> extends BatchSettings {
  /** Makes the payload of a record. When it throws or rejects, that record fails and the others go on. */
  readonly parse?: ((record: Rec) => P | PromiseLike<P>) | undefined;
  /**
   * Where the record's producer left its trace context, when that is no place that tracelet knows; `undefined` goes on to
   * those. The context becomes a link of the record's span, or its parent: see `linkProducer`.
   */
  readonly carrier?: ((record: Rec) => Carrier | undefined) | undefined;
  /** Gives what tells the same work again, for the record's span; a key that your idempotency store uses, say. */
  readonly idempotencyKey?: ((record: Rec) => string | undefined) | undefined;
}

/** Makes a handler of whole batches from a function of one record. */
export interface BatchWrapper<H, Rec> {
  (each: Each<Rec, Rec>): H;
  <P = Rec>(options: BatchOptions<Rec, P>, each: Each<NoInfer<P>, Rec>): H;
}

// Wrappers have names of their own, because the declarations of somebody who exports one can name it; spelled out, its
// records come from a package that they may not know (TS2742, TS2883).

/** What `lambda.sqs` is. */
export interface SqsWrapper extends BatchWrapper<SqsHandler, SQSRecord> {}

/** What `lambda.kinesis` is. */
export interface KinesisWrapper extends BatchWrapper<KinesisHandler, KinesisStreamRecord> {}

/** What `lambda.dynamodb` is. */
export interface DynamodbWrapper extends BatchWrapper<DynamodbHandler, DynamoDBRecord> {}

/** What `lambda.kafka` is. */
export interface KafkaWrapper extends BatchWrapper<KafkaHandler, MSKRecord> {}

/** What `lambda.mq` is. */
export interface MqWrapper extends BatchWrapper<MqHandler, MqMessage> {}

/** What `lambda.sns` is. */
export interface SnsWrapper extends BatchWrapper<SnsHandler, SNSEventRecord> {}

/** What `lambda.s3` is. */
export interface S3Wrapper extends BatchWrapper<S3Handler, S3EventRecord> {}

/** Transforms one Firehose record. */
export type EachFirehose<P> = (
  payload: P,
  scope: RecordScope<FirehoseTransformationEventRecord>,
) => FirehoseOutput | Promise<FirehoseOutput>;

/** What `lambda.firehose` is. There is nothing to say about failures: Firehose takes an answer for each record. */
export interface FirehoseWrapper {
  (each: EachFirehose<FirehoseTransformationEventRecord>): FirehoseHandler;
  <P = FirehoseTransformationEventRecord>(
    options: BatchOptions<FirehoseTransformationEventRecord, P> & {
      readonly failures?: undefined;
      readonly onAllFailed?: undefined;
    },
    each: EachFirehose<NoInfer<P>>,
  ): FirehoseHandler;
}

/**
 * Wraps Lambda handlers: out come traces, spans per record and correlated logs. It never changes the function: same
 * result and same error by identity.
 */
export interface Lambda extends Wrap {
  /**
   * One SQS message at a time. `failures: 'report'` needs `ReportBatchItemFailures` on the event source mapping: without
   * it Lambda ignores the partial response and deletes the failed messages.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
   */
  readonly sqs: SqsWrapper;
  /**
   * One Kinesis record at a time, in order; stops at the first failure. `failures: 'report'` needs
   * `ReportBatchItemFailures` on the event source mapping: without it the failed records are skipped for good.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
   */
  readonly kinesis: KinesisWrapper;
  /**
   * One DynamoDB Streams record at a time, in order; stops at the first failure. `failures: 'report'` needs
   * `ReportBatchItemFailures` on the event source mapping: without it the failed records are skipped for good.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
   */
  readonly dynamodb: DynamodbWrapper;
  /**
   * One Kafka record at a time, in order within its partition; a partition stops at its first failure. `failures:
   * 'report'` needs `ReportBatchItemFailures` on an event source mapping in provisioned mode: without it the failed
   * records are skipped for good.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html
   */
  readonly kafka: KafkaWrapper;
  /** One Amazon MQ message at a time. There are no partial responses: a failure brings the whole batch again. */
  readonly mq: MqWrapper;
  /** The one message of an SNS event. A failure makes SNS's asynchronous invocation try again. */
  readonly sns: SnsWrapper;
  /** The one object of an S3 event. A failure makes S3's asynchronous invocation try again. */
  readonly s3: S3Wrapper;
  /**
   * Transforms one Firehose record at a time. Text or bytes become its data; nothing leaves it as it was; `{ result:
   * 'Dropped' }` drops it; what throws is `ProcessingFailed`, and Firehose puts it aside.
   *
   * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
   */
  readonly firehose: FirehoseWrapper;
  /** A streaming handler; the same as `awslambda.streamifyResponse` around it, then `lambda`. */
  readonly stream: <E = unknown, R = void>(handler: StreamifyHandler<E, R>) => StreamifyHandler<E, R>;
  /** A span, a log scope and the producer's link for each record, for people who keep their own batch loop. */
  readonly record: <Rec, R>(each: (record: Rec, scope: RecordScope<Rec>) => R) => (record: Rec) => R;
  /** A batch wrapper for a trigger of your own. */
  readonly records: <E, Rec, R>(trigger: BatchTrigger<E, Rec, R>) => BatchWrapper<Handler<E, R | undefined>, Rec>;
  /** The same wrapper with more settings for one function. They cannot weaken what a preset enforces. */
  readonly with: (settings: Settings) => Lambda;
}
