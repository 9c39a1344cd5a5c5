// Mistakes that the types catch: the compiler reports a line below that has no error.
import { change, defineBatchTrigger, defineLambda, json, lambda, log, type RecordScope, span } from '@tracelet/lambda';
import type {
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  DynamoDBStreamHandler,
  KinesisStreamHandler,
  SQSHandler,
  SQSRecord,
} from 'aws-lambda';
import { exactly, type Holds, type IsAny } from './proof.js';

interface Order {
  readonly id: string;
}
declare const queued: SQSHandler;
declare const recordScope: RecordScope<SQSRecord>;

// What is wrapped is a function of an event.
// @ts-expect-error
lambda('handler');
// @ts-expect-error
lambda({ handler: async () => undefined });
// @ts-expect-error
lambda(undefined);
// @ts-expect-error
lambda();
// @ts-expect-error
lambda(Promise.resolve(queued));
// @ts-expect-error
lambda(async (event: Order, context: string) => `${event.id} ${context}`);
// @ts-expect-error
lambda.sqs(async (event: Order) => event.id);
// @ts-expect-error
lambda.sqs('each');
// @ts-expect-error
lambda.sqs({ failures: 'report' });
// @ts-expect-error
lambda.stream('handler');
// @ts-expect-error
lambda.record({});

// The event is what the annotation, or the trigger, says.
// @ts-expect-error
export const wrongEvent: SQSHandler = lambda(async (_event: Order) => undefined);
// @ts-expect-error
export const wrongResult: APIGatewayProxyHandler = lambda(async () => ({ status: 200 }));
// @ts-expect-error
export const wrongMember: APIGatewayProxyHandlerV2 = lambda(async (event) => ({ statusCode: 200, body: event.path }));
// @ts-expect-error
export const wrongWrapper: KinesisStreamHandler = lambda.sqs(async (record) => record.body);
// @ts-expect-error
export const wrongTable: DynamoDBStreamHandler = lambda.kinesis(async (record) => record.eventID);
// @ts-expect-error
lambda(async (event) => event.id);
// @ts-expect-error
lambda(async (event: Order) => event.cents);

// The payload is what parse makes of the record.
// @ts-expect-error
lambda.sqs({ parse: json<Order>() }, async (order: SQSRecord) => order.body);
// @ts-expect-error
lambda.sqs({ parse: json<Order>() }, async (order) => order.body);
// @ts-expect-error
lambda.sqs({ parse: json() }, async (order) => order.id);
// @ts-expect-error
lambda.sqs({ parse: json<Order>() }, async (_order, scope) => scope.record.id);
// @ts-expect-error
lambda.sqs(async (record: Order) => record.id);
// @ts-expect-error
lambda.dynamodb({ parse: change<Order>() }, async (order) => order.newImage.id);
// @ts-expect-error
lambda.dynamodb({ parse: json<Order>() }, async (order) => order.id);
// @ts-expect-error
lambda.sqs({ parse: change<Order>() }, async (order) => order.keys);
// @ts-expect-error
lambda.sqs({ parse: (record: Order) => record.id }, async (id) => id);
// @ts-expect-error
json<Order>({ id: 'string' });

// Options are known ones with known values.
// @ts-expect-error
lambda.sqs({ failures: 'ignore' }, async () => undefined);
// @ts-expect-error
lambda.sqs({ failures: true }, async () => undefined);
// @ts-expect-error
lambda.sqs({ onAllFailed: 'retry' }, async () => undefined);
// @ts-expect-error
lambda.sqs({ concurrency: '5' }, async () => undefined);
// @ts-expect-error
lambda.sqs({ retries: 5 }, async () => undefined);
// @ts-expect-error
lambda.with({ batch: { failures: 'never' } });
// @ts-expect-error
lambda.with({ exporter: 'stdout' });
// @ts-expect-error
lambda.with({ plugins: [{}] });
// @ts-expect-error
lambda.with({ triggers: [{ id: 'mine' }] });
// @ts-expect-error
lambda.with({ attributes: 'orders' });
// @ts-expect-error
defineLambda({ exporter: 'zipkin' });
// @ts-expect-error
defineLambda({ exporter: { url: 4318 } });
// @ts-expect-error
defineLambda({ exporter: { export: 'nowhere', shutdown: async () => undefined } });
// @ts-expect-error
defineLambda({ provider: {} });
// @ts-expect-error
defineLambda({ flush: { timeout: 1000 } });
// @ts-expect-error
defineLambda({ trustRemote: true });
// @ts-expect-error
defineLambda({ trustRemote: { web: 'link' } });
// @ts-expect-error
defineLambda({ propagators: ['datadog'] });
// @ts-expect-error
defineLambda({ xray: 'always' });
// @ts-expect-error
defineLambda({ enforce: { service: { name: 'orders' } } });
// @ts-expect-error
defineLambda({ sevice: { name: 'orders' } });
// @ts-expect-error
lambda.records({ id: 'mine', matches: () => true });
// @ts-expect-error
defineBatchTrigger({ id: 'mine', kind: 'queue', matches: () => true, plan: () => ({ attributes: {} }), records: {} });

// What is handed out is for reading.
// @ts-expect-error
lambda.sqs = lambda.kinesis;
// @ts-expect-error
recordScope.attempt = 2;
// @ts-expect-error
lambda.sqs(async (_record, { context }) => context.nothing);

// Spans and logs.
// @ts-expect-error
span('price');
// @ts-expect-error
span(async () => undefined);
// @ts-expect-error
span('price', { kind: 'client' }, () => undefined);
// @ts-expect-error
span.set('order.id', 'o-1');
// @ts-expect-error
span.wrap('price', 5);
// @ts-expect-error
span.wrap('price', (order: Order) => order.id)('o-1');
// @ts-expect-error
log.info({ id: 'o-1' });
// @ts-expect-error
log.info('placed', 'o-1');
// @ts-expect-error
log.notice('placed');

// The proofs of the other files can fail.
// @ts-expect-error
exactly<string>().of(5);
// @ts-expect-error
exactly<unknown>().of(JSON.parse('1'));
// @ts-expect-error
exactly<{ readonly id: string }>().of({} as { id: string });
// @ts-expect-error
exactly<{ id?: string }>().of({} as { id: string });
// @ts-expect-error
export type NotAny = Holds<IsAny<unknown>>;
