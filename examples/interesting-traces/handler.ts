import { log, span } from '@tracelet/lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { lambda } from './acme-lambda.ts';

export const handler = lambda(async ({ queryStringParameters: query }: APIGatewayProxyEventV2) => {
  log.debug('looking', { id: query?.id });
  const stock = await span('look up stock', async () => Number(query?.id));
  return stock > 0 ? { statusCode: 200, body: `${stock}` } : { statusCode: 409 };
});
