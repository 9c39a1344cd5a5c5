export type { Conformance, ConformanceRules, PresetRules, RecordedRun } from './conformance.ts';
export { conformance } from './conformance.ts';
export type { FakeContext, FakeContextOptions } from './context.ts';
export { fakeContext } from './context.ts';
export type { AlbEventOptions } from './events/alb.ts';
export type { AppsyncEventOptions } from './events/appsync.ts';
export type { AuthorizerEventOptions } from './events/authorizer.ts';
export type { CognitoEvent, CognitoEventOptions } from './events/cognito.ts';
export type { DynamodbEventOptions, DynamodbRecordOptions } from './events/dynamodb.ts';
export type { EventBridgeEventOptions, ScheduleEventOptions } from './events/event-bus.ts';
export type { FirehoseEventOptions, FirehoseRecordOptions } from './events/firehose.ts';
export type { HttpEventOptions } from './events/http-request.ts';
export type { Events } from './events/index.ts';
export { events } from './events/index.ts';
export type { InvokeEvent, InvokeEventOptions } from './events/invoke.ts';
export type { KafkaEventOptions, KafkaRecordOptions } from './events/kafka.ts';
export type { KinesisEventOptions, KinesisRecordOptions } from './events/kinesis.ts';
export type { MqEventOptions, MqMessageOptions } from './events/mq.ts';
export type {
  KinesisReceivedOptions,
  ReceivedAttribute,
  ReceivedMessage,
  ReceivedRecord,
  SqsReceivedOptions,
} from './events/received.ts';
export type { S3EventOptions, S3RecordOptions } from './events/s3.ts';
export type { SnsInSqsEventOptions, SnsInSqsRecordOptions, SnsOptions } from './events/sns.ts';
export type { SqsEventOptions, SqsRecordOptions } from './events/sqs.ts';
export type { VpcLatticeEvent } from './events/vpc-lattice.ts';
export type { WebsocketEvent, WebsocketEventOptions } from './events/websocket.ts';
export type { Harness, HarnessOptions, Run, RunnableHandler, RunOptions } from './harness.ts';
export { harness } from './harness.ts';
export type {
  ExitStatus,
  InvokeError,
  InvokeOptions,
  InvokeResult,
  LocalRuntime,
  RegistrationBehaviour,
  RuntimeCall,
  RuntimeClient,
  RuntimeOptions,
} from './local-runtime/runtime-types.ts';
export { startRuntime } from './local-runtime/start-runtime.ts';
export type { OtlpData, OtlpDecoded, OtlpEncoding } from './otlp-decode.ts';
export { decodeOtlp } from './otlp-decode.ts';
export type { SinkLog } from './otlp-logs.ts';
export type { MetricType, SinkBuckets, SinkMetric, SinkMetricPoint } from './otlp-metrics.ts';
export type { OtlpSignal } from './otlp-schema.ts';
export type { Sink, SinkCounts, SinkOptions } from './otlp-sink.ts';
export { startSink } from './otlp-sink.ts';
export type { SinkBehaviour, SinkRequest } from './otlp-sink-receive.ts';
export type { SinkSpan, SinkSpanEvent, SinkSpanLink, SpanKindName, StatusCodeName } from './otlp-spans.ts';
export type { SinkAttributes, SinkOrigin, SinkScope, SinkValue } from './otlp-values.ts';
export type { ReadableSpanLike, SpanNode, SpanTree, SpanTreeOptions, TreeSpan } from './span-tree.ts';
export { fromReadableSpan, spanTree } from './span-tree.ts';
