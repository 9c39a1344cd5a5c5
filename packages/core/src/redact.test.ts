import { describe, expect, it } from 'vitest';
import { isSecretKey } from './redact.ts';

describe('a key', () => {
  it.each([
    'authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'password',
    'dbPasswd',
    'passphrase',
    'client_secret',
    'secretAccessKey',
    'token',
    'accessToken',
    'X-Amz-Security-Token',
    'x-api-key',
    'apiKey',
    'private_key',
    'awsCredentials',
    'AWS_SECRET_ACCESS_KEY',
    'x-amz-signature',
    'dbPwd',
    'cardNumber',
    'cvv',
    'http.request.header.authorization',
  ])('called %s names a secret', (key) => {
    expect(isSecretKey(key)).toBe(true);
  });

  it.each([
    'orderId',
    'input_tokens',
    'author',
    'pass',
    'compass',
    'key',
    'keyboard',
    'apiVersion',
    'aws.secretsmanager.secret.arn',
    'session.id',
    '',
  ])('called "%s" names none', (key) => {
    expect(isSecretKey(key)).toBe(false);
  });
});
