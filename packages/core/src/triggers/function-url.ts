import type { APIGatewayProxyEventV2, APIGatewayProxyResultV2 } from 'aws-lambda';
import { object, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { apiGatewayHttp } from './api-gateway-http.ts';

/**
 * Lambda function URL: payload format 2.0 under a `lambda-url` domain, without routes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export const functionUrl: Trigger<APIGatewayProxyEventV2, APIGatewayProxyResultV2> = {
  ...apiGatewayHttp,
  id: 'function-url',
  matches: (event) => {
    const domain = text(object(object(event).requestContext).domainName) ?? '';
    return domain.includes('.lambda-url.') && apiGatewayHttp.matches(event);
  },
};
