import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { defineTrigger, type Trigger } from '../trigger.ts';
import { isPayload2, planPayload2 } from './api-gateway-http.ts';
import { judgeHttp } from './http.ts';
import { object, text } from './shape.ts';

/**
 * Lambda function URL: payload format 2.0 under a `lambda-url` domain, without routes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export const functionUrl: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> = defineTrigger({
  id: 'function-url',
  kind: 'http',
  matches: (event) => {
    const domain = text(object(object(event).requestContext).domainName) ?? '';
    return domain.includes('.lambda-url.') && isPayload2(event);
  },
  plan: planPayload2,
  carrier: (event) => event.headers,
  judge: (result) => judgeHttp(result, 200),
});
