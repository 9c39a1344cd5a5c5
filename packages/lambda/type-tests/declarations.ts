// Exports without an annotation: with `declaration: true` each must be nameable from here (TS2742, TS2883, TS4023 and
// their like), although this project depends on none of the packages behind @tracelet/lambda.
import { change, defineBatchTrigger, defineLambda, json, lambda, log, scope, span } from '@tracelet/lambda';

interface Order {
  readonly id: string;
}

export const handler = lambda(async (event: Order) => ({ id: event.id }));
export const untyped = lambda(async () => undefined);
export const notAsync = lambda((event: Order) => event.id);
export const byCallback = lambda((event: Order, context, callback) => callback(null, context.awsRequestId + event.id));
export const stream = lambda.stream(async (event, responseStream) => void responseStream.end(String(event)));
export const sqs = lambda.sqs(async (record) => record.messageId);
export const kinesis = lambda.kinesis({ parse: json<Order>() }, async (order) => order.id);
export const dynamodb = lambda.dynamodb({ parse: change<Order>() }, async ({ keys }) => keys.id);
export const kafka = lambda.kafka({ parse: json<Order>() }, async (order) => order.id);
export const mq = lambda.mq(async (message) => message.data);
export const sns = lambda.sns({ parse: json<Order>() }, async (order) => order.id);
export const s3 = lambda.s3(async (record) => record.s3.object.key);
export const firehose = lambda.firehose(async ({ data }) => data);
export const each = lambda.record(async (record: Order) => record.id);
export const eachScoped = lambda.record(async (record: Order, { log }) => log.info(record.id));
export const trigger = defineBatchTrigger({
  id: 'orders',
  kind: 'other',
  matches: () => true,
  plan: () => ({ attributes: {} }),
  records: { list: (orders: readonly Order[]) => orders, id: ({ id }) => id, respond: (ids) => ids.length },
});
export const orders = lambda.records(trigger)(async (order) => order.id);
export const ordersWrapper = lambda.records(trigger);
export const company = defineLambda({ batch: { failures: 'report' } });
export const perFunction = lambda.with({ attributes: { team: 'orders' } });
export const {
  sqs: companySqs,
  kinesis: companyKinesis,
  dynamodb: companyDynamodb,
  kafka: companyKafka,
  mq: companyMq,
  sns: companySns,
  s3: companyS3,
  firehose: companyFirehose,
  with: companyWith,
  stream: companyStream,
  record,
  records,
} = company;
export const wrapped = span.wrap('price', async (order: Order) => order.id.length);
export const priced = span('price', async () => 5);
export const child = log.with({ team: 'orders' });
export const { info, warn } = log;
export const current = scope();
export const scopes = (): ReturnType<typeof scope> => scope();
export const inferredScope = () => scope();
export const parse = json<Order>();
export const parseChange = change<Order>();
export const service = {
  handler: lambda(async (event: Order) => event.id),
  all: [sqs, kinesis, dynamodb, kafka, mq, sns, s3, firehose] as const,
};
export class Shop {
  readonly handle = lambda(async (event: Order) => event.id);
  readonly sqs = lambda.sqs(async (record) => record.body);
  readonly log = log.with({});
}
export { change, defineLambda, json, lambda, log, scope, span };
