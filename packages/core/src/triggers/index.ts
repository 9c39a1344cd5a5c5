import type { AnyTrigger, Trigger } from '../trigger.ts';
import { alb } from './alb.ts';
import { apiGatewayHttp } from './api-gateway-http.ts';
import { apiGatewayRest } from './api-gateway-rest.ts';
import { dynamodbStreams } from './dynamodb-streams.ts';
import { functionUrl } from './function-url.ts';
import { kinesis } from './kinesis.ts';
import { sqs } from './sqs.ts';

/** The built-in triggers in the order in which they are tried: the more special before the more general. */
export const builtInTriggers = [
  functionUrl,
  apiGatewayHttp,
  alb,
  apiGatewayRest,
  sqs,
  kinesis,
  dynamodbStreams,
] as readonly AnyTrigger[] as readonly Trigger[];

export { unknownTrigger } from './unknown.ts';
export { dynamodbStreams, kinesis, sqs };
