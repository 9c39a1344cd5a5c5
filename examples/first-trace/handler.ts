import { lambda, log, span } from '@tracelet/lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export const handler = lambda(async (event: APIGatewayProxyEventV2) => {
  const name = event.queryStringParameters?.name ?? 'world';
  const greeting = await span('greet', async () => `hello ${name}`);
  log.info('greeted', { name });
  return { statusCode: 200, body: greeting };
});
