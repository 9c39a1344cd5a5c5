import type { AnyTrigger, Trigger } from '../trigger.ts';
import { alb } from './alb.ts';
import { alexa } from './alexa.ts';
import { apiGatewayHttp } from './api-gateway-http.ts';
import { apiGatewayRest } from './api-gateway-rest.ts';
import { appsync } from './appsync.ts';
import { appsyncAuthorizer } from './appsync-authorizer.ts';
import { bedrockAgent } from './bedrock-agent.ts';
import { cloudformation } from './cloudformation.ts';
import { cloudfront } from './cloudfront.ts';
import { cloudwatchAlarm } from './cloudwatch-alarm.ts';
import { cloudwatchLogs } from './cloudwatch-logs.ts';
import { codecommit } from './codecommit.ts';
import { codedeploy } from './codedeploy.ts';
import { codepipeline } from './codepipeline.ts';
import { cognito } from './cognito.ts';
import { config } from './config.ts';
import { connect } from './connect.ts';
import { documentdb } from './documentdb.ts';
import { durableFunction } from './durable-function.ts';
import { dynamodbStreams, itemContext } from './dynamodb-streams.ts';
import { eventbridge } from './eventbridge.ts';
import { eventbridgeSchedule } from './eventbridge-schedule.ts';
import { eventbridgeScheduler } from './eventbridge-scheduler.ts';
import { firehose } from './firehose.ts';
import { functionUrl } from './function-url.ts';
import { iotButton } from './iot-button.ts';
import { iotRule } from './iot-rule.ts';
import { kafka } from './kafka.ts';
import { kinesis } from './kinesis.ts';
import { lambdaAuthorizer } from './lambda-authorizer.ts';
import { lambdaDestination } from './lambda-destination.ts';
import { lexV1 } from './lex-v1.ts';
import { lexV2 } from './lex-v2.ts';
import { mq } from './mq.ts';
import { s3 } from './s3.ts';
import { s3Batch } from './s3-batch.ts';
import { s3ObjectLambda } from './s3-object-lambda.ts';
import { secretsManager } from './secrets-manager.ts';
import { ses } from './ses.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { stepFunctions } from './step-functions.ts';
import { transferFamily } from './transfer-family.ts';
import { vpcLattice } from './vpc-lattice.ts';
import { websocket } from './websocket.ts';

/** The built-in triggers in the order in which they are tried: the more special before the more general. */
export const builtInTriggers = [
  functionUrl,
  apiGatewayHttp,
  alb,
  apiGatewayRest,
  sqs,
  kinesis,
  dynamodbStreams,
  sns,
  s3,
  kafka,
  firehose,
  mq,
  documentdb,
  ses,
  s3Batch,
  s3ObjectLambda,
  cloudwatchLogs,
  websocket,
  lambdaAuthorizer,
  appsync,
  appsyncAuthorizer,
  vpcLattice,
  cloudfront,
  stepFunctions,
  eventbridgeSchedule,
  eventbridgeScheduler,
  eventbridge,
  durableFunction,
  lambdaDestination,
  cloudwatchAlarm,
  cognito,
  cloudformation,
  secretsManager,
  bedrockAgent,
  lexV2,
  lexV1,
  connect,
  alexa,
  codepipeline,
  codecommit,
  codedeploy,
  config,
  transferFamily,
  iotButton,
  iotRule,
] as readonly AnyTrigger[] as readonly Trigger[];

export { unknownTrigger } from './unknown.ts';
export { documentdb, dynamodbStreams, firehose, itemContext, kafka, kinesis, mq, s3, sns, sqs };
