import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';

/**
 * Kind of event source, the value of `faas.trigger`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/
 */
export type FaasTrigger = 'datasource' | 'http' | 'pubsub' | 'timer' | 'other';

/**
 * Names that may carry a trace context: `traceparent`, `tracestate`, `baggage`, `b3`, `x-amzn-trace-id`. Keys are found
 * in any case; of a list the first value counts.
 */
export type Carrier = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a span shall be called and say when it starts. */
export interface SpanPlan {
  /** Low-cardinality name. Default: the function's name. */
  readonly name?: string | undefined;
  readonly attributes: Attributes;
}

/** How an invocation or a record ended. */
export interface Outcome {
  readonly fault: boolean;
  /** `error.type` of a fault: class name or status code, low cardinality. */
  readonly errorType?: string | undefined;
  /** Description of the fault; left out where `errorType` says it all. */
  readonly message?: string | undefined;
  /** The thrown value, when there was one. */
  readonly error?: unknown;
  /** More attributes for the span, such as the status code. */
  readonly attributes?: Attributes | undefined;
}

/** The least that a trigger is: enough to put it on a list. */
export interface AnyTrigger {
  /** Unique kebab-case name. */
  readonly id: string;
  /** Tells by shape whether an event is this trigger's. Pure; an exception counts as `false`. */
  matches(event: unknown): boolean;
}

/**
 * An event source as data: how to recognise its events, name their span, find their trace context and judge a result.
 *
 * Every member is called with the event as Lambda gave it and must not change it. Exceptions are contained: the
 * invocation goes on without what the member would have given.
 */
export interface Trigger<E = unknown, R = unknown> extends AnyTrigger {
  readonly kind: FaasTrigger;
  plan(event: E, context: Context): SpanPlan;
  /**
   * Where the event holds its sender's trace context. A client context that holds one comes before it: it is there only
   * when somebody called the function directly.
   */
  carrier?(event: E, context: Context): Carrier | readonly Carrier[] | undefined;
  /** Judges a result that was returned. Default: every returned result is a success. */
  judge?(result: R, event: E): Outcome;
  /** When the event entered its source, in milliseconds since the epoch; for sources whose events are no batches. */
  sentAtMs?(event: E): number | undefined;
  readonly records?: RecordSource<E, unknown, R> | undefined;
}

/**
 * How a batch is ordered, which decides what may be retried alone.
 *
 * - `any`: each record stands alone (SQS standard).
 * - `sequence`: stop at the first failure and report it alone; the source resumes there (Kinesis, DynamoDB Streams).
 * - a function: records with the same key stop together at their first failure; `undefined` stands alone (SQS FIFO).
 */
// A method's type, so that a source of one kind of record stands in for a source of any.
export type RecordOrder<Rec> = 'any' | 'sequence' | { key(record: Rec): string | undefined }['key'];

/** The records of a batch event: how to list and identify them, describe each, and report the failed ones. */
export interface RecordSource<E, Rec, R> {
  list(event: E): readonly Rec[];
  /** The id by which the source retries the record. */
  id(record: Rec): string;
  /** The partial response that names the failed records; absent where the source has none. */
  respond?(failedIds: readonly string[]): R;
  /** The response of a source that wants an answer for each record, whatever became of them (Firehose). */
  answer?(results: readonly RecordResult<Rec>[]): R;
  /** Default: `any`. */
  readonly order?: RecordOrder<Rec> | undefined;
  /** True when each group that `order` makes is resumed at its first failure, so that one alone is named (Kafka). */
  readonly resumes?: boolean | undefined;
  /**
   * The key that the producer chose: partition key, message group, document key. Spans carry it hashed unless settings
   * say otherwise. Of a `sequence`, records of different keys may be run side by side when `concurrency` says so.
   */
  key?(record: Rec): string | undefined;
  /**
   * True when an event holds one record as a rule (SNS, S3): the invocation's span says what a batch's would, so there is
   * no span between it and the record's, and the record's context is the invocation's parent.
   */
  readonly single?: boolean | undefined;
  /** Queue, stream or table that the batch comes from; names the batch and record spans `process <source>`. */
  source?(event: E): string | undefined;
  /** Attributes of the batch span. */
  attributes?(event: E): Attributes;
  /** Attributes of a record's span. */
  plan?(record: Rec): SpanPlan;
  /** Where a record's producer left its trace context. It becomes a link, never the parent. */
  carrier?(record: Rec): Carrier | undefined;
  /** When the record entered its source, in milliseconds since the epoch. */
  sentAtMs?(record: Rec): number | undefined;
  /** 1 at the first delivery. */
  attempt?(record: Rec): number | undefined;
  /** The message inside, as text or object, which may be the envelope of another source: SNS in SQS, S3 in SNS. */
  payload?(record: Rec): unknown;
}

/** What became of one record. */
export interface RecordResult<Rec> {
  readonly record: Rec;
  readonly failed: boolean;
  /** What the record function returned; `undefined` when it failed. */
  readonly value: unknown;
}

/** A trigger whose events are batches of records. */
export interface BatchTrigger<E, Rec, R> extends Trigger<E, R> {
  readonly records: RecordSource<E, Rec, R>;
}

/** Declares a trigger; returns it unchanged, with its types checked. */
export function defineTrigger<E, R = unknown>(trigger: Trigger<E, R>): Trigger<E, R> {
  return trigger;
}

/** Declares a trigger of batches; returns it unchanged, with its types checked. */
export function defineBatchTrigger<E, Rec, R>(trigger: BatchTrigger<E, Rec, R>): BatchTrigger<E, Rec, R> {
  return trigger;
}
