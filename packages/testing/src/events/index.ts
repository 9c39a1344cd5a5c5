import { alb } from './alb.ts';
import { apiGatewayHttp, functionUrl } from './api-gateway-http.ts';
import { apiGatewayRest } from './api-gateway-rest.ts';
import { appsync } from './appsync.ts';
import { authorizer } from './authorizer.ts';
import { cognito } from './cognito.ts';
import { dynamodb } from './dynamodb.ts';
import { eventBridge, schedule } from './event-bus.ts';
import { firehose } from './firehose.ts';
import { invoke } from './invoke.ts';
import { kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { mq } from './mq.ts';
import { kinesisReceived, sqsReceived } from './received.ts';
import { s3 } from './s3.ts';
import { sns, snsInSqs } from './sns.ts';
import { sqs } from './sqs.ts';
import { vpcLattice } from './vpc-lattice.ts';
import { websocket } from './websocket.ts';

/** The event builders, by trigger. */
export interface Events {
  readonly apiGatewayRest: typeof apiGatewayRest;
  readonly apiGatewayHttp: typeof apiGatewayHttp;
  readonly functionUrl: typeof functionUrl;
  readonly alb: typeof alb;
  readonly vpcLattice: typeof vpcLattice;
  readonly websocket: typeof websocket;
  readonly authorizer: typeof authorizer;
  readonly appsync: typeof appsync;
  readonly sqs: typeof sqs;
  /** Of messages that a client received. */
  readonly sqsReceived: typeof sqsReceived;
  readonly kinesis: typeof kinesis;
  /** Of records that a client read. */
  readonly kinesisReceived: typeof kinesisReceived;
  readonly dynamodb: typeof dynamodb;
  readonly sns: typeof sns;
  readonly snsInSqs: typeof snsInSqs;
  readonly kafka: typeof kafka;
  readonly firehose: typeof firehose;
  readonly mq: typeof mq;
  readonly s3: typeof s3;
  readonly eventBridge: typeof eventBridge;
  readonly schedule: typeof schedule;
  readonly cognito: typeof cognito;
  /** A direct call: event and context. */
  readonly invoke: typeof invoke;
}

/**
 * Builders of whole, typed Lambda events. Use them to call a handler as its trigger would. What is not given is the
 * same on every call, ids are unique by index; only the timestamps of records count back from now. Each call returns a
 * fresh object.
 */
export const events: Events = {
  apiGatewayRest,
  apiGatewayHttp,
  functionUrl,
  alb,
  vpcLattice,
  websocket,
  authorizer,
  appsync,
  sqs,
  sqsReceived,
  kinesis,
  kinesisReceived,
  dynamodb,
  sns,
  snsInSqs,
  kafka,
  firehose,
  mq,
  s3,
  eventBridge,
  schedule,
  cognito,
  invoke,
};
