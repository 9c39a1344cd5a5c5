// A left annotation types the event: a wrapped handler is assignable to the handler types of @types/aws-lambda, and the
// event of the function inside is inferred from them.
import { lambda } from '@tracelet/lambda';
import type * as aws from 'aws-lambda';
import { exactly } from './proof.js';

declare const policyDocument: aws.PolicyDocument;

// HTTP.
export const rest: aws.APIGatewayProxyHandler = lambda(async (event, context) => {
  exactly<aws.APIGatewayProxyEvent>().of(event);
  exactly<aws.Context>().of(context);
  return { statusCode: 200, body: event.path };
});
export const http: aws.APIGatewayProxyHandlerV2 = lambda(async (event) => {
  exactly<aws.APIGatewayProxyEventV2>().of(event);
  return { statusCode: 200, cookies: event.cookies ?? [] };
});
export const httpOfType: aws.APIGatewayProxyHandlerV2<{ id: string }> = lambda(async (event) => {
  exactly<aws.APIGatewayProxyEventV2>().of(event);
  return { id: event.rawPath };
});
export const httpText: aws.APIGatewayProxyHandlerV2 = lambda(async (event) => event.rawPath);
export const httpWithJwt: aws.APIGatewayProxyHandlerV2WithJWTAuthorizer = lambda(async (event) => {
  exactly<aws.APIGatewayProxyEventV2WithJWTAuthorizer>().of(event);
  return { statusCode: 200 };
});
export const balancer: aws.ALBHandler = lambda(async (event) => {
  exactly<aws.ALBEvent>().of(event);
  return { statusCode: 200, headers: { path: event.path } };
});
export const functionUrl: aws.LambdaFunctionURLHandler = lambda(async (event) => {
  exactly<aws.LambdaFunctionURLEvent>().of(event);
  return { statusCode: 200, body: event.rawPath };
});
export const websocket: aws.APIGatewayProxyWebsocketHandlerV2 = lambda(async (event) => {
  exactly<aws.APIGatewayProxyWebsocketEventV2>().of(event);
  return { statusCode: 200 };
});
export const edgeRequest: aws.CloudFrontRequestHandler = lambda(async (event) => {
  exactly<aws.CloudFrontRequestEvent>().of(event);
  return event.Records[0]?.cf.request;
});
export const edgeResponse: aws.CloudFrontResponseHandler = lambda(async (event) => {
  exactly<aws.CloudFrontResponseEvent>().of(event);
  return event.Records[0]?.cf.response;
});

// Authorizers.
export const tokenAuthorizer: aws.APIGatewayTokenAuthorizerHandler = lambda(async (event) => {
  exactly<aws.APIGatewayTokenAuthorizerEvent>().of(event);
  return { principalId: event.authorizationToken, policyDocument };
});
export const requestAuthorizer: aws.APIGatewayRequestAuthorizerHandler = lambda(async (event) => {
  exactly<aws.APIGatewayRequestAuthorizerEvent>().of(event);
  return { principalId: event.path, policyDocument };
});
export const simpleAuthorizer: aws.APIGatewayRequestSimpleAuthorizerHandlerV2 = lambda(async (event) => {
  exactly<aws.APIGatewayRequestAuthorizerEventV2>().of(event);
  return { isAuthorized: event.rawPath === '/' };
});
export const iamAuthorizer: aws.APIGatewayRequestIAMAuthorizerHandlerV2 = lambda(async (event) => {
  exactly<aws.APIGatewayRequestAuthorizerEventV2>().of(event);
  return { principalId: event.rawPath, policyDocument };
});

// Queues, topics, streams.
export const queue: aws.SQSHandler = lambda(async (event) => {
  exactly<aws.SQSEvent>().of(event);
  return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
});
export const silentQueue: aws.SQSHandler = lambda(async (event) => {
  exactly<aws.SQSEvent>().of(event);
});
export const notices: aws.SNSHandler = lambda(async (event) => {
  exactly<aws.SNSEvent>().of(event);
});
export const kinesis: aws.KinesisStreamHandler = lambda(async (event) => {
  exactly<aws.KinesisStreamEvent>().of(event);
  return { batchItemFailures: [] };
});
export const dynamodb: aws.DynamoDBStreamHandler = lambda(async (event) => {
  exactly<aws.DynamoDBStreamEvent>().of(event);
});
export const firehose: aws.FirehoseTransformationHandler = lambda(async (event) => {
  exactly<aws.FirehoseTransformationEvent>().of(event);
  return { records: event.records.map(({ recordId, data }) => ({ recordId, data, result: 'Ok' })) };
});
export const msk: aws.MSKHandler = lambda(async (event) => {
  exactly<aws.MSKEvent>().of(event);
});
export const kafka: aws.SelfManagedKafkaHandler = lambda(async (event) => {
  exactly<aws.SelfManagedKafkaEvent>().of(event);
});

// Events of services.
export const bucket: aws.S3Handler = lambda(async (event) => {
  exactly<aws.S3Event>().of(event);
});
export const bucketBatch: aws.S3BatchHandler = lambda(async (event) => {
  exactly<aws.S3BatchEvent>().of(event);
  const { invocationSchemaVersion, invocationId } = event;
  return { invocationSchemaVersion, invocationId, treatMissingKeysAs: 'Succeeded', results: [] };
});
export const bus: aws.EventBridgeHandler<'OrderPlaced', { id: string }, string> = lambda(async (event) => {
  exactly<aws.EventBridgeEvent<'OrderPlaced', { id: string }>>().of(event);
  return event.detail.id;
});
export const schedule: aws.ScheduledHandler<{ hour: number }> = lambda(async (event) => {
  exactly<aws.ScheduledEvent<{ hour: number }>>().of(event);
});
export const logLines: aws.CloudWatchLogsHandler = lambda(async (event) => {
  exactly<aws.CloudWatchLogsEvent>().of(event);
});
export const alarm: aws.CloudWatchAlarmHandler = lambda(async (event) => {
  exactly<aws.CloudWatchAlarmEvent>().of(event);
});
export const customResource: aws.CloudFormationCustomResourceHandler = lambda(async (event) => {
  exactly<aws.CloudFormationCustomResourceEvent>().of(event);
});
export const signUp: aws.PreSignUpTriggerHandler = lambda(async (event) => {
  exactly<aws.PreSignUpTriggerEvent>().of(event);
  return event;
});
export const iot: aws.IoTHandler = lambda(async (event) => {
  exactly<aws.IoTEvent>().of(event);
});
export const mail: aws.SESHandler = lambda(async (event) => {
  exactly<aws.SESEvent>().of(event);
});
export const secret: aws.SecretsManagerRotationHandler = lambda(async (event) => {
  exactly<aws.SecretsManagerRotationEvent>().of(event);
});
export const bot: aws.LexV2Handler = lambda(async (event) => {
  exactly<aws.LexV2Event>().of(event);
  return {
    sessionState: { dialogAction: { type: 'Close' } },
    messages: [{ contentType: 'PlainText', content: event.bot.name }],
  };
});
export const resolver: aws.AppSyncResolverHandler<{ id: string }, number> = lambda(async (event) => {
  exactly<{ id: string }>().of(event.arguments);
  return event.arguments.id.length;
});
export const pipeline: aws.CodePipelineHandler = lambda(async (event) => {
  exactly<aws.CodePipelineEvent>().of(event);
});
export const anything: aws.Handler<{ id: string }, number> = lambda(async (event) => {
  exactly<{ id: string }>().of(event);
  return event.id.length;
});

// A handler that is not async, and one that answers by callback.
export const notAsync: aws.Handler<{ id: string }, number> = lambda((event) => {
  exactly<{ id: string }>().of(event);
  return event.id.length;
});
export const byCallback: aws.APIGatewayProxyHandler = lambda((event, context, callback) => {
  exactly<aws.APIGatewayProxyEvent>().of(event);
  exactly<aws.Context>().of(context);
  callback(null, { statusCode: 200, body: event.path });
});

// A handler that has its type already keeps it.
declare const existing: aws.SQSHandler;
export const kept: aws.SQSHandler = lambda(existing);
declare const existingRest: aws.APIGatewayProxyHandler;
export const keptRest: aws.APIGatewayProxyHandler = lambda(existingRest);
declare const existingStream: aws.StreamifyHandler<aws.LambdaFunctionURLEvent, void>;
export const keptStream: aws.StreamifyHandler<aws.LambdaFunctionURLEvent, void> = lambda(existingStream);

// What the batch wrappers make.
export const sqs: aws.SQSHandler = lambda.sqs(async (record) => exactly<aws.SQSRecord>().of(record));
export const stream: aws.KinesisStreamHandler = lambda.kinesis(async (record) =>
  exactly<aws.KinesisStreamRecord>().of(record),
);
export const table: aws.DynamoDBStreamHandler = lambda.dynamodb(async (record) =>
  exactly<aws.DynamoDBRecord>().of(record),
);
export const streaming: aws.StreamifyHandler<aws.LambdaFunctionURLEvent, void> = lambda.stream(
  async (event, stream) => {
    exactly<aws.LambdaFunctionURLEvent>().of(event);
    exactly<aws.Context | undefined>().of(undefined as aws.Context | undefined);
    stream.end(event.rawPath);
  },
);
