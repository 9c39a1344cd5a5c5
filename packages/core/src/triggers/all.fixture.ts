import { dynamodbEvent, fifoEvent, kinesisEvent, sqsEvent } from './batch.fixture.ts';
import { albEvent, albMultiValueEvent, functionUrlEvent, httpEvent, httpEventV1, restEvent } from './http.fixture.ts';

/** An event and the triggers that match it: the one that recognises it first, then those that stand behind it. */
export interface Fixture {
  readonly name: string;
  readonly event: unknown;
  readonly matches: readonly string[];
}

/** One or more events of each built-in trigger. A new trigger adds its line here. */
export const fixtures: readonly Fixture[] = [
  { name: 'API Gateway REST', event: restEvent, matches: ['api-gateway-rest'] },
  { name: 'API Gateway HTTP, payload 1.0', event: httpEventV1, matches: ['api-gateway-rest'] },
  { name: 'API Gateway HTTP', event: httpEvent, matches: ['api-gateway-http'] },
  // A function URL sends payload format 2.0 too; its domain tells it apart, so it is tried first.
  { name: 'function URL', event: functionUrlEvent, matches: ['function-url', 'api-gateway-http'] },
  { name: 'ALB', event: albEvent, matches: ['alb'] },
  { name: 'ALB with multi-value headers', event: albMultiValueEvent, matches: ['alb'] },
  { name: 'SQS', event: sqsEvent, matches: ['sqs'] },
  { name: 'SQS FIFO', event: fifoEvent, matches: ['sqs'] },
  { name: 'Kinesis', event: kinesisEvent, matches: ['kinesis'] },
  { name: 'DynamoDB Streams', event: dynamodbEvent, matches: ['dynamodb-streams'] },
];
