import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { lambda } from './lambda.ts';

const sns = new SNSClient({});

/** `POST /orders`: tells whom it may concern. */
export const handler = lambda(async (event: APIGatewayProxyEventV2) => {
  await sns.send(new PublishCommand({ TopicArn: process.env.ORDERS_TOPIC, Message: event.body }));
  return { statusCode: 202 };
});
