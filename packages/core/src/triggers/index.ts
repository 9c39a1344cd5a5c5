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
import { codecommit } from './codecommit.ts';
import { codedeploy } from './codedeploy.ts';
import { codepipeline } from './codepipeline.ts';
import { cognito } from './cognito.ts';
import { config } from './config.ts';
import { connect } from './connect.ts';
import { durableFunction } from './durable-function.ts';
import { dynamodbStreams } from './dynamodb-streams.ts';
import { eventbridge } from './eventbridge.ts';
import { eventbridgeSchedule } from './eventbridge-schedule.ts';
import { eventbridgeScheduler } from './eventbridge-scheduler.ts';
import { functionUrl } from './function-url.ts';
import { iotButton } from './iot-button.ts';
import { kinesis } from './kinesis.ts';
import { lambdaAuthorizer } from './lambda-authorizer.ts';
import { lambdaDestination } from './lambda-destination.ts';
import { lexV1 } from './lex-v1.ts';
import { lexV2 } from './lex-v2.ts';
import { secretsManager } from './secrets-manager.ts';
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
] as readonly AnyTrigger[] as readonly Trigger[];

export { unknownTrigger } from './unknown.ts';
export { dynamodbStreams, kinesis, sqs };
