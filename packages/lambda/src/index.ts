// For applications.
export {
  type BatchError,
  type BatchOptions,
  type BatchSettings,
  type BatchWrapper,
  type CallbackHandler,
  type DynamodbHandler,
  type DynamodbWrapper,
  type Each,
  type Fields,
  type Handler,
  isTraceletError,
  type KinesisHandler,
  type KinesisWrapper,
  type Lambda,
  type Log,
  type LogLevel,
  type LogMethod,
  type LogSettings,
  type RecordScope,
  type ResponseStream,
  type Scope,
  type Settings,
  type SpanFn,
  type SpanOptions,
  type SqsHandler,
  type SqsWrapper,
  type StreamifyHandler,
  scope,
  span,
  TraceletError,
  type Wrap,
} from '@tracelet/core';
export { log } from '@tracelet/logger';
export type { ExporterLike, Otlp, ProcessOptions, ProviderLike } from '@tracelet/sdk';
export { type Change, type ChangeRecord, change } from './change.ts';
export { type BusEvent, eventBridge, type Inner, sns } from './envelopes.ts';
export { type Diagnosis, doctor } from './doctor.ts';
export { type JsonRecord, json, type Schema, type SchemaIssue, type SchemaResult } from './json.ts';
export { defineLambda, lambda } from './lambda.ts';
export type { Enforced, Preset } from './preset.ts';

// For library authors.
export {
  type AnyTrigger,
  type BatchTrigger,
  type Carrier,
  type Channels,
  defineBatchTrigger,
  defineTrigger,
  type Finish,
  type InvocationInfo,
  type Outcome,
  type Plugin,
  type PluginHost,
  type RecordInfo,
  type RecordSource,
  type Redact,
  type SpanPlan,
  subscribe,
  type Trigger,
  type TrustRemote,
  type XrayPolicy,
} from '@tracelet/core';
export {
  defaultIntegrations,
  fromTracingChannel,
  type InstrumentationEntry,
  type InstrumentationLike,
  type TracingChannelSpec,
} from '@tracelet/instrument';
