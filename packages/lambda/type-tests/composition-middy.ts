// middy around a wrapped handler, and a wrapped handler around middy.
import middy from '@middy/core';
import { type Handler, lambda } from '@tracelet/lambda';
import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { exactly } from './proof.js';

interface Answer {
  statusCode: number;
  body: string;
}

const answer = async (event: APIGatewayProxyEventV2, context: Context): Promise<Answer> => ({
  statusCode: 200,
  body: `${event.rawPath} ${context.awsRequestId}`,
});
const audit: middy.MiddlewareObj<APIGatewayProxyEventV2, Answer> = {
  before: ({ event }) => exactly<APIGatewayProxyEventV2>().of(event),
};

// middy inside: its handler is wrapped like any other.
export const outermost = lambda(middy(answer).use(audit));
exactly<Handler<APIGatewayProxyEventV2, Answer>>().of(outermost);
export const outermostAnnotated: APIGatewayProxyHandlerV2 = lambda(middy(answer).use(audit));
export const late = lambda(middy<APIGatewayProxyEventV2, Answer>().use(audit).handler(answer));
exactly<Handler<APIGatewayProxyEventV2, Answer>>().of(late);

// middy outside: it infers event and result from the wrapped handler.
export const innermost = middy(lambda(answer));
exactly<middy.MiddyfiedHandler<APIGatewayProxyEventV2, Answer>>().of(innermost);
export const innermostUsed = middy(lambda(answer)).use(audit);
export const innermostAnnotated: APIGatewayProxyHandlerV2 = middy(lambda(answer)).use(audit);
export const innermostByMethod = middy<APIGatewayProxyEventV2, Answer>().use(audit).handler(lambda(answer));
exactly<middy.MiddyfiedHandler<APIGatewayProxyEventV2, Answer>>().of(innermostByMethod);
export const innermostInline = middy(lambda(async (event: SQSEvent) => event.Records.length));
exactly<middy.MiddyfiedHandler<SQSEvent, number>>().of(innermostInline);
export const innermostQueue = middy(lambda.sqs(async (record) => record.messageId));
exactly<middy.MiddyfiedHandler<SQSEvent, SQSBatchResponse | void>>().of(innermostQueue);
export const middyOfMiddy = middy(lambda(middy(answer)));
