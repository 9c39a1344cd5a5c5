// For applications.
export {
  type BatchError,
  type BatchOptions,
  type BatchSettings,
  type BatchWrapper,
  type CallbackHandler,
  type Change,
  change,
  type DynamodbHandler,
  type Each,
  type Fields,
  type Handler,
  isTraceletError,
  type JsonRecord,
  json,
  type KinesisHandler,
  type Lambda,
  type Log,
  type LogLevel,
  type RecordScope,
  type ResponseStream,
  type Schema,
  type Scope,
  type Settings,
  type SpanFn,
  type SpanOptions,
  type SqsHandler,
  type StreamifyHandler,
  scope,
  span,
  TraceletError,
  type Wrap,
} from '@tracelet/core';
export { log } from '@tracelet/logger';
export type { ExporterLike, Otlp, ProcessOptions, ProviderLike } from '@tracelet/sdk';
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
  type SpanPlan,
  subscribe,
  type Trigger,
  type XrayPolicy,
} from '@tracelet/core';
export { fromTracingChannel } from '@tracelet/instrument';
