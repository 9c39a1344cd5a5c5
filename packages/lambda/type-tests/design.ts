// The documented ways to write a handler: each compiles as written, and infers what the comment beside it says.
import {
  type AnyTrigger,
  type BatchTrigger,
  type CallbackHandler,
  type Change,
  change,
  type DynamodbHandler,
  defineBatchTrigger,
  defineLambda,
  defineTrigger,
  type Handler,
  json,
  type KinesisHandler,
  type Log,
  lambda,
  log,
  type Preset,
  type RecordScope,
  type ResponseStream,
  type Scope,
  type SpanFn,
  type SqsHandler,
  type StreamifyHandler,
  scope,
  span,
  TraceletError,
} from '@tracelet/lambda';
import { foreignHeaders } from '@tracelet/lambda/foreign-headers';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyHandlerV2,
  Context,
  DynamoDBRecord,
  KinesisStreamRecord,
  SNSEvent,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import { exactly } from './proof.js';

interface Order {
  readonly id: string;
  readonly cents: number;
}

declare function price(order: Order, currency: string): Promise<number>;
declare const order: Order;

// Any trigger, any handler shape.
export const annotated = lambda(async (event: APIGatewayProxyEventV2, context) => {
  exactly<Context>().of(context);
  return { statusCode: 200, body: event.rawPath };
});
exactly<Handler<APIGatewayProxyEventV2, { statusCode: number; body: string }>>().of(annotated);

export const untyped = lambda(async (event) => {
  exactly<unknown>().of(event);
});
exactly<Handler<unknown, void>>().of(untyped);

export const withoutParameters = lambda(async () => 'done');
exactly<Handler<unknown, string>>().of(withoutParameters);

export const notAsync = lambda((event: Order) => event.cents);
exactly<Handler<Order, number>>().of(notAsync);

export const sometimesAsync = lambda((event: Order) => (event.cents > 0 ? price(event, 'EUR') : 0));
exactly<Handler<Order, number>>().of(sometimesAsync);

export const explicit = lambda<Order, number>(async (event) => event.cents);
exactly<Handler<Order, number>>().of(explicit);

export const byCallback = lambda(
  (event: Order, context: Context, callback: (error: Error | null, cents?: number) => void) => {
    callback(null, event.cents + context.getRemainingTimeInMillis());
  },
);
exactly<CallbackHandler<Order, number>>().of(byCallback);

export const byUntypedCallback = lambda((event: Order, context, callback) => {
  exactly<Context>().of(context);
  callback(new Error(event.id));
});
exactly<CallbackHandler<Order, unknown>>().of(byUntypedCallback);

class Shop {
  readonly currency: string = 'EUR';
  readonly handle = lambda(async (event: Order) => price(event, this.currency));
}
exactly<Handler<Order, number>>().of(new Shop().handle);

// A left annotation types the event; more of them in handlers.ts.
export const leftAnnotated: APIGatewayProxyHandlerV2 = lambda(async (event) => {
  exactly<APIGatewayProxyEventV2>().of(event);
  return { statusCode: 204 };
});

// One record at a time.
export const queue = lambda.sqs(async (record, { log, signal, span, record: raw, attempt, ageMs, context, set }) => {
  exactly<SQSRecord>().of(record);
  exactly<SQSRecord>().of(raw);
  exactly<Log>().of(log);
  exactly<AbortSignal>().of(signal);
  exactly<SpanFn>().of(span);
  exactly<number>().of(attempt);
  exactly<number>().of(ageMs);
  exactly<Context>().of(context);
  set({ 'messaging.message.body.size': record.body.length });
});
exactly<SqsHandler>().of(queue);

export const reporting = lambda.sqs({ failures: 'report', concurrency: 5 }, async (record) => {
  exactly<SQSRecord>().of(record);
});
export const bounded = lambda.sqs(
  { failures: 'throw', onAllFailed: 'report', concurrency: undefined, maxRecordSpans: Infinity, parse: undefined },
  (record) => record.messageId,
);

export const castPayload = lambda.sqs({ parse: json<Order>() }, async (payload, scope) => {
  exactly<Order>().of(payload);
  exactly<RecordScope<SQSRecord>>().of(scope);
});
export const unknownPayload = lambda.sqs({ parse: json() }, async (payload) => exactly<unknown>().of(payload));
export const ownParser = lambda.kinesis(
  { parse: (record) => Number(record.kinesis.sequenceNumber) },
  (payload, scope) => {
    exactly<number>().of(payload);
    exactly<KinesisStreamRecord>().of(scope.record);
  },
);
export const asyncParser = lambda.kinesis({ parse: async ({ eventID }) => ({ eventID }) }, async (payload) => {
  exactly<{ eventID: string }>().of(payload);
});
exactly<KinesisHandler>().of(asyncParser);

export const changes = lambda.dynamodb({ parse: change<Order>() }, async (payload, scope) => {
  exactly<Change<Order>>().of(payload);
  exactly<DynamoDBRecord>().of(scope.record);
  if (payload.type === 'INSERT') exactly<Order>().of(payload.newImage);
  else if (payload.type === 'MODIFY') exactly<Order>().of(payload.oldImage);
  else exactly<undefined>().of(payload.newImage);
});
exactly<DynamodbHandler>().of(changes);

// Response streaming.
export const streamed = lambda.stream(async (event, responseStream, context) => {
  exactly<unknown>().of(event);
  exactly<ResponseStream>().of(responseStream);
  exactly<Context>().of(context);
  responseStream.setContentType('text/plain');
  responseStream.end('done');
});
exactly<StreamifyHandler<unknown, void>>().of(streamed);

export const typedStream = lambda.stream(async (event: APIGatewayProxyEventV2, responseStream) => {
  responseStream.end(event.rawPath);
});
export const streamedByAws = lambda(
  awslambda.streamifyResponse(async (event: APIGatewayProxyEventV2, responseStream, context) => {
    exactly<Context>().of(context);
    responseStream.end(event.rawPath);
  }),
);
exactly<StreamifyHandler<APIGatewayProxyEventV2, void>>().of(streamedByAws);

// For people who keep their own batch loop.
const each = lambda.record(async (record: SQSRecord) => record.messageId.length);
exactly<(record: SQSRecord) => Promise<number>>().of(each);
const eachScoped = lambda.record((record: SQSRecord, { record: raw, log }) => {
  exactly<SQSRecord>().of(raw);
  log.info('received', { body: record.body });
});
exactly<(record: SQSRecord) => void>().of(eachScoped);
export const ownLoop = lambda(async (event: SQSEvent) => Promise.all(event.Records.map(each)));

// A batch wrapper for a trigger of your own.
interface Mail {
  readonly letters: readonly Letter[];
}
interface Letter {
  readonly number: string;
}
interface Returned {
  readonly numbers: readonly string[];
}
const mail = defineBatchTrigger<Mail, Letter, Returned>({
  id: 'mail',
  kind: 'pubsub',
  matches: (event) => typeof event === 'object' && event !== null && 'letters' in event,
  plan: (event) => ({ name: 'mail', attributes: { 'mail.count': event.letters.length } }),
  records: {
    list: ({ letters }) => letters,
    id: ({ number }) => number,
    respond: (numbers) => ({ numbers }),
    order: (letter) => letter.number,
  },
});
exactly<BatchTrigger<Mail, Letter, Returned>>().of(mail);
export const letters = lambda.records(mail)({ failures: 'report' }, async (letter) => exactly<Letter>().of(letter));
exactly<Handler<Mail, Returned | undefined>>().of(letters);
const door = defineTrigger<Order>({ id: 'door', kind: 'other', matches: () => true, plan: () => ({ attributes: {} }) });

// Settings per function, presets per process.
export const configured = lambda.with({
  attributes: { team: 'orders', tags: ['a', 'b'] },
  batch: { failures: 'report' },
  plugins: [{ name: 'timing', invocation: (s) => (outcome) => void s.setAttribute('failed', outcome.fault) }],
  triggers: [mail, door, { id: 'window', matches: () => false } satisfies AnyTrigger],
});
exactly<typeof lambda>().of(configured);
export const company = defineLambda({
  service: { name: 'orders', namespace: 'shop', version: undefined },
  resource: { 'deployment.environment.name': 'prod' },
  exporter: { url: 'http://collector:4318', headers: { authorization: 'x' }, encoding: 'json', compression: 'gzip' },
  xray: 'parent-if-sampled',
  trustRemote: { http: 'link', pubsub: 'parent', other: undefined },
  propagators: [foreignHeaders(['datadog', 'sentry'])],
  flush: { timeoutMs: 500 },
  propagateTo: ['api.example.com', /\.internal$/],
  batch: { failures: 'report' },
  enforce: { attributes: { team: 'orders' }, batch: { failures: 'report' }, exporter: 'stdout' },
});
exactly<typeof lambda>().of(company);
export const nothingSaid = defineLambda({
  exporter: undefined,
  provider: undefined,
  enforce: undefined,
  batch: undefined,
});
export const readFromPreset = (preset: Preset): Preset['service'] => preset.service;

// Spans.
export async function spans(): Promise<void> {
  const cents = await span('price', async (s) => {
    s.setAttribute('order.id', order.id);
    return price(order, 'EUR');
  });
  exactly<number>().of(cents);
  exactly<string>().of(span('name', () => order.id));
  exactly<Promise<string>>().of(
    span('name', { kind: 2, attributes: { a: 1 } }, async ({ spanContext }) => spanContext().traceId),
  );
  span.set({ 'order.id': order.id });
  const priced = span.wrap('price', price);
  exactly<(order: Order, currency: string) => Promise<number>>().of(priced);
}

// Logs.
log.info('order placed', { orderId: order.id });
log.error('order failed', new Error('no stock'));
log.with({ orderId: order.id }).debug('priced');
exactly<Log>().of(log);

// The scope of whatever runs.
exactly<Scope | undefined>().of(scope());
scope()?.set({ 'order.id': order.id });
scope()?.span('inner', () => scope()?.log.warn('slow'));

export function codeOf(error: unknown): string {
  return error instanceof TraceletError ? error.code : 'unknown';
}
export const notices = lambda(async (event: SNSEvent) => event.Records.map(({ Sns }) => Sns.Message));
