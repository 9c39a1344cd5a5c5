// For applications.
export { BatchError, isTraceletError, TraceletError, type TraceletErrorCode } from './errors.ts';
export type {
  BatchOptions,
  BatchWrapper,
  CallbackHandler,
  DynamodbHandler,
  DynamodbWrapper,
  Each,
  EachFirehose,
  FirehoseHandler,
  FirehoseWrapper,
  Handler,
  KafkaHandler,
  KafkaWrapper,
  KinesisHandler,
  KinesisWrapper,
  Lambda,
  MqHandler,
  MqWrapper,
  ResponseStream,
  S3Handler,
  S3Wrapper,
  SnsHandler,
  SnsWrapper,
  SqsHandler,
  SqsWrapper,
  StreamifyHandler,
  Wrap,
} from './handler.ts';
export type { Fields, Log, LogLevel, LogMethod, LogSettings } from './log.ts';
export type { BatchSettings, Settings } from './preset.ts';
export type { DropRule, KeepRules, SamplingSettings } from './sampling-settings.ts';
export type { FirehoseOutput } from './triggers/firehose.ts';
export { type RecordScope, type Scope, scope } from './scope.ts';
export { itemContext } from './triggers/dynamodb-streams.ts';
export { type SpanFn, type SpanOptions, span } from './span.ts';
export { activate } from './span-layer.ts';

// For library authors, and for the other packages of tracelet.
export {
  EXPORT_DROP_REASONS,
  EXPORT_DROPPED,
  EXPORT_FLUSH_MS,
  EXPORT_RETAINED,
  FAAS_INVOCATION_ID,
  FLUSH_FALLBACK,
  SCHEMA_URL,
} from './attributes.ts';
export { type Channels, type OwnChannel, publish, subscribe } from './channels.ts';
export { carrierGetter } from './carrier.ts';
export { makeSandbox, type Sandbox, watchLoading } from './cold-start.ts';
export { isCallbackRuntime } from './context-facts.ts';
export { addLink, linksOf } from './context-links.ts';
export { type DiagnosticLevel, diagnose, sayRejection, survive } from './diagnose.ts';
export { describeError, type ErrorFacts } from './errors.ts';
export type { Flusher } from './flush.ts';
export type { Frame, Invocation } from './invocation.ts';
export { createLambda, type LambdaOptions, type SettingsCheck } from './lambda.ts';
export type { HoldLine, LogGate, LogRecord } from './log.ts';
export { monotonicMs, processStartMs } from './monotonic.ts';
export { exceptionAttributes } from './outcome.ts';
export { idlePipeline, type Pipeline } from './pipeline.ts';
export type {
  Dispose,
  DownstreamInfo,
  Finish,
  InvocationInfo,
  Plugin,
  PluginHost,
  RecordInfo,
  SpanStart,
  StartedSpan,
} from './plugin.ts';
export { disposePlugins, isSuppressed, makeHost, setUpPlugins } from './plugin-host.ts';
export { carriersOf } from './producer.ts';
export type { ResolvedBatch, ResolvedSettings } from './preset.ts';
export { redactQuery } from './redact-query.ts';
export { REDACTED, type Redact, type Redaction, type RedactionRules } from './redact.ts';
export { rehearse } from './rehearse.ts';
export { BROKEN, currentRedactor, hideSecret, makeRedactor, type Redactor } from './redactor.ts';
export { isSameSecret } from './same-secret.ts';
export type { ChainFinding, ChainPlace, ChainRule } from './sampling-settings.ts';
export { type Held, type InvocationSampling, samplingOf, type Tail } from './sampling.ts';
export { recordsOf } from './shape.ts';
export { currentFrame, currentPipeline, type Shared, shared } from './shared.ts';
export { writeStdout } from './stdout.ts';
export {
  type AnyTrigger,
  type BatchTrigger,
  type Carrier,
  defineBatchTrigger,
  defineTrigger,
  type FaasTrigger,
  type Outcome,
  type RecordOrder,
  type RecordResult,
  type RecordSource,
  type SpanPlan,
  type Trigger,
} from './trigger.ts';
export type { DocumentdbEvent, DocumentdbRecord } from './triggers/documentdb.ts';
export type { KafkaBatchResponse, KafkaEvent } from './triggers/kafka.ts';
export type { ActiveMqMessage, MqEvent, MqMessage, RabbitMqMessage } from './triggers/mq.ts';
export { isTrusted, type TrustRemote } from './trust-remote.ts';
export { formatXray, outgoingXray, parseXray, XRAY_HEADER, type XrayHeader, type XrayPolicy } from './xray.ts';
