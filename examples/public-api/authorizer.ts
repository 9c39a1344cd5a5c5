import { context, propagation } from '@opentelemetry/api';
import { lambda } from '@tracelet/lambda';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';

/** Lets in who has a token, and hands its own trace context over to the function behind it. */
export const authorizer = lambda(async (event: APIGatewayRequestAuthorizerEventV2) => {
  const handedOver: Record<string, string> = {};
  propagation.inject(context.active(), handedOver);
  return {
    isAuthorized: event.headers?.authorization === 'Bearer token',
    context: { ...handedOver, requestId: event.requestContext.requestId },
  };
});
