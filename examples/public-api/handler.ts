import { lambda, log } from '@tracelet/lambda';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

const pets: ReadonlyMap<string, string> = new Map([['7', 'Rex']]);

export const handler = lambda(async ({ pathParameters }: APIGatewayProxyEventV2) => {
  const name = pets.get(pathParameters?.petId ?? '');
  if (name === undefined) return { statusCode: 404, body: 'no such pet' };
  log.info('pet found', { name });
  return { name };
});
