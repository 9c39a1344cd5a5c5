// The entries beside the one import: each takes what its page says, and gives what the main entry takes.
import type { TextMapPropagator } from '@opentelemetry/api';
import {
  type ActiveMqMessage,
  type BatchError,
  type BatchWrapper,
  type ChangeRecord,
  change,
  type DynamodbWrapper,
  defineLambda,
  type EachFirehose,
  type ExporterLike,
  eventBridge,
  type FirehoseWrapper,
  type Inner,
  isTraceletError,
  type JsonRecord,
  json,
  type KafkaWrapper,
  type KinesisWrapper,
  type Lambda,
  lambda,
  type MqMessage,
  type MqWrapper,
  type Plugin,
  type RabbitMqMessage,
  type S3Wrapper,
  type SchemaIssue,
  type SchemaResult,
  type SnsWrapper,
  type SqsHandler,
  type SqsWrapper,
  sns,
  type Wrap,
} from '@tracelet/lambda';
import { awsSdk, type TraceClientOptions, traceClient } from '@tracelet/lambda/aws-sdk';
import type { DEBUG_BAGGAGE as CHAIN_BAGGAGE } from '@tracelet/lambda/chain';
import { type DatabaseOptions, fastify, ioredis, mysql2, nodeRedis } from '@tracelet/lambda/channels';
import { bridgeConsole, type ConsoleBridgeOptions } from '@tracelet/lambda/console';
import { type ConsoleOptions, consoleExporter } from '@tracelet/lambda/console-exporter';
import { type DEBUG_BAGGAGE, type DebugLogsOptions, debugLogs, keepLogs } from '@tracelet/lambda/debug-logs';
import {
  type DurableInvocation,
  type DurableInvocationEnd,
  type DurableOperation,
  type DurablePlugin,
  durableExecutionPluginProvider,
  durableTracing,
} from '@tracelet/lambda/durable';
import { type ForeignVendor, foreignHeaders } from '@tracelet/lambda/foreign-headers';
import { httpTimings } from '@tracelet/lambda/http-timings';
import { aggregated, type KinesisData, type UserRecord } from '@tracelet/lambda/kpl';
import { drainOnTerminate } from '@tracelet/lambda/managed-instances';
import { type PinoDestination, type PinoOptions, pinoDestination, pinoMixin, pinoOptions } from '@tracelet/lambda/pino';
import {
  LAMBDA_PRICES,
  type LambdaPrices,
  type PlatformTelemetryOptions,
  platformTelemetry,
} from '@tracelet/lambda/platform-telemetry';
import {
  type PowertoolsFormatter,
  type PowertoolsLogItem,
  type PowertoolsParts,
  powertoolsFormatter,
} from '@tracelet/lambda/powertools';
import { type AwsCredentials, type SigV4Options, sigv4 } from '@tracelet/lambda/sigv4';
import { invocationSummary, type SUMMARY_TYPE } from '@tracelet/lambda/summary';
import { type WinstonFormat, winstonFormat } from '@tracelet/lambda/winston';
import type { SQSRecord } from 'aws-lambda';
import { exactly, type Holds, type Same } from './proof.js';

// Plugins and parts of a preset.
const carry: TraceClientOptions = { carry: ['kinesis', 'firehose', 's3', 'dynamodb'] };
const database: DatabaseOptions = { queryText: false };
const debugging: DebugLogsOptions = { ratio: 0.1, hold: 'debug', maxBytes: 1000 };
const prices: LambdaPrices = { ...LAMBDA_PRICES, asOf: '2026-11' };
const telemetry: PlatformTelemetryOptions = { prices, host: '127.0.0.1' };
export const plugins: readonly Plugin[] = [
  awsSdk(carry),
  fastify(),
  ioredis(database),
  mysql2(database),
  nodeRedis(),
  debugLogs(debugging),
  httpTimings(),
  invocationSummary(),
  platformTelemetry(telemetry),
];
const vendors: readonly ForeignVendor[] = ['datadog', 'sentry', 'elastic', 'newrelic'];
exactly<TextMapPropagator>().of(foreignHeaders(vendors));
const printing: ConsoleOptions = { write: (line) => void line.length };
exactly<ExporterLike>().of(consoleExporter(printing));
const credentials = (): AwsCredentials => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: undefined });
const signing: SigV4Options = { service: 'xray', region: 'eu-west-1', credentials };
export const company: Lambda = defineLambda({ plugins, exporter: { sign: sigv4(signing) } });
export type Names = [
  Holds<Same<typeof DEBUG_BAGGAGE, 'tracelet.debug'>>,
  Holds<Same<typeof CHAIN_BAGGAGE, 'tracelet.debug'>>,
  Holds<Same<typeof SUMMARY_TYPE, 'tracelet.invocation'>>,
];
exactly<void>().of(keepLogs());
exactly<void>().of(drainOnTerminate());

// A client of the AWS SDK stays what it is.
class Client {
  readonly send = async (input: { readonly key: string }): Promise<string> => input.key;
}
exactly<Client>().of(traceClient(new Client(), carry));

// Loggers.
const bridge: ConsoleBridgeOptions = { console: globalThis.console };
exactly<() => void>().of(bridgeConsole(bridge));
exactly<PinoDestination>().of(pinoDestination());
exactly<PinoOptions>().of(pinoOptions());
exactly<() => Record<string, unknown>>().of(pinoMixin());
exactly<WinstonFormat>().of(winstonFormat());
declare const parts: PowertoolsParts<{ readonly own: true }>;
declare const formatter: PowertoolsFormatter & { readonly own: true };
declare const item: PowertoolsLogItem;
exactly<{ readonly own: true }>().of(powertoolsFormatter(parts));
exactly<PowertoolsFormatter & { readonly own: true }>().of(powertoolsFormatter(formatter));
exactly<Readonly<Record<string, unknown>>>().of(item.getAttributes());

// Durable functions.
exactly<DurablePlugin>().of(durableTracing());
exactly<DurablePlugin>().of(durableExecutionPluginProvider.createPlugin());
export async function replay(plugin: DurablePlugin, operation: DurableOperation): Promise<unknown> {
  const begun: DurableInvocation = { executionArn: 'arn', isFirstInvocation: true };
  const ended: DurableInvocationEnd = { executionArn: 'arn', status: 'SUCCEEDED' };
  await plugin.onInvocationStart(begun);
  await plugin.onInvocationEnd(ended);
  return plugin.wrapOperationAttemptFn({ ...operation, attempt: 1 }, () => 5);
}

// Parsers and the records that they read.
const click: KinesisData = { kinesis: { data: '', partitionKey: 'k' } };
exactly<readonly UserRecord[]>().of(aggregated()(click));
exactly<Promise<number[]>>().of(aggregated(({ data }) => data.length)(click));
const removed: ChangeRecord = { eventName: 'REMOVE', dynamodb: { Keys: {} } };
export const changed = change<{ id: string }>()(removed);
const body: JsonRecord = { body: '{}' };
exactly<unknown>().of(json()(body));
const inner: Inner<number> = ({ payload }) => Number(payload);
export const nested = [sns(inner), eventBridge(inner)];
const issues: readonly SchemaIssue[] = [{ message: 'no', path: ['a', { key: 0 }] }];
export const results: readonly SchemaResult<number>[] = [{ value: 1 }, { issues }];
export const kinds: readonly MqMessage[] = [{} as ActiveMqMessage, {} as RabbitMqMessage];

// The wrappers of a `lambda`, each by its name.
export type Wrappers = [
  Holds<Same<Lambda['sqs'], SqsWrapper>>,
  Holds<Same<Lambda['kinesis'], KinesisWrapper>>,
  Holds<Same<Lambda['dynamodb'], DynamodbWrapper>>,
  Holds<Same<Lambda['kafka'], KafkaWrapper>>,
  Holds<Same<Lambda['mq'], MqWrapper>>,
  Holds<Same<Lambda['sns'], SnsWrapper>>,
  Holds<Same<Lambda['s3'], S3Wrapper>>,
  Holds<Same<Lambda['firehose'], FirehoseWrapper>>,
  Holds<Lambda extends Wrap ? true : false>,
  Holds<SqsWrapper extends BatchWrapper<SqsHandler, SQSRecord> ? true : false>,
];
const transform: EachFirehose<string> = (payload, scope) => payload + scope.record.data;
export const each = transform;

// Errors, also those of another copy.
export function idsOf(error: unknown): readonly string[] {
  if (!isTraceletError(error)) return [];
  return error.code === 'batch_failed' ? (error as BatchError).failedIds : [error.code];
}

// Mistakes.
// @ts-expect-error
awsSdk({ carry: ['sqs'] });
// @ts-expect-error
ioredis({ queryText: 'no' });
// @ts-expect-error
debugLogs({ hold: 'all' });
// @ts-expect-error
foreignHeaders(['zipkin']);
// @ts-expect-error
sigv4({ credentials: { accessKeyId: 'a' } });
// @ts-expect-error
consoleExporter({ write: 5 });
// @ts-expect-error
platformTelemetry({ prices: { gbSecondUsd: 5 } });
// @ts-expect-error
powertoolsFormatter({});
// @ts-expect-error
lambda.with({ plugins: [consoleExporter()] });
