import { describe, expect, it } from 'vitest';
import { redactText, redactWithin } from './redact-text.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def-123';

describe('a text that holds a secret', () => {
  it.each([
    ['Authorization: Bearer abc.def-ghi\nHost: x', 'Authorization: [REDACTED]\nHost: x'],
    ['AUTHORIZATION=Digest a b c', 'AUTHORIZATION=[REDACTED]'],
    ['Cookie: sid=abc; theme=dark\r\nHost: x', 'Cookie: [REDACTED]\r\nHost: x'],
    ['"set-cookie":["sid=abc","b=2"],"x":1', '"set-cookie":[REDACTED],"x":1'],
    ['{"password":"hun\\"ter2","id":1}', '{"password":"[REDACTED]","id":1}'],
    ['{"body":"{\\"password\\":\\"hunter2\\",\\"id\\":1}"}', '{"body":"{\\"password\\":\\"[REDACTED]\\",\\"id\\":1}"}'],
    ["{ client_secret: 'a b', id: 1 }", "{ client_secret: '[REDACTED]', id: 1 }"],
    ['"credentials":{"user":"u"},"x":1', '"credentials":[REDACTED],"x":1'],
    ['dbPassword=p&ss"w\'rd\\x and more', 'dbPassword=[REDACTED] and more'],
    ['access_token=abc&page=2', 'access_token=[REDACTED]&page=2'],
    ['token: Bearer abcdefgh1 sent', 'token: [REDACTED] sent'],
    ['x-api-key: a, b', 'x-api-key: [REDACTED] b'],
    ['/password: a?q=password: b c', '/password: [REDACTED] c'],
    ['cvv=1', 'cvv=[REDACTED]'],
    ['sent Bearer abcdefgh1, twice', 'sent Bearer [REDACTED], twice'],
    ['Basic dXNlcjpwYXNz', 'Basic [REDACTED]'],
    ['bearer abcdefghijklmnopqrst', 'bearer [REDACTED]'],
    ['postgres://user:p@ss@db:5432/shop', 'postgres://[REDACTED]@db:5432/shop'],
    ['https://token@example.com', 'https://[REDACTED]@example.com'],
    [
      's3/k?X-Amz-Signature=ab&X-Amz-Security-Token=cd&p=2',
      's3/k?X-Amz-Signature=[REDACTED]&X-Amz-Security-Token=[REDACTED]&p=2',
    ],
    [
      'AWS4-HMAC-SHA256 Credential=AK/2026, SignedHeaders=host, Signature=ab',
      'AWS4-HMAC-SHA256 Credential=[REDACTED] SignedHeaders=host, Signature=[REDACTED]',
    ],
    [`got ${JWT} back`, 'got [REDACTED] back'],
    ['AKIAIOSFODNN7EXAMPLE', '[REDACTED]'],
    ['ghp_abcdefghijklmnopqrst', '[REDACTED]'],
    [
      'k -----BEGIN RSA PRIVATE KEY-----\nMIIE=\n-----END RSA PRIVATE KEY-----',
      'k [REDACTED]-----END RSA PRIVATE KEY-----',
    ],
    ['card 4111 1111 1111 1111 declined', 'card [REDACTED] declined'],
    ['5555-5555-5555-4444', '[REDACTED]'],
    ['378282246310005', '[REDACTED]'],
    ['30569309025904.', '[REDACTED].'],
    ['/a?q=Bearer%20abcdefgh1&p=a%20b', '/a?q=Bearer [REDACTED]&p=a b'],
    ['/a?q=%7B%22password%22%3A%22x%22%7D', '/a?q={"password":"[REDACTED]"}'],
    ['/a?q=4111%25201111%25201111%25201111', '/a?q=[REDACTED]'],
  ])('%s has it hidden, and nothing else, at the first time and at the second', (text, shown) => {
    expect(redactText(text)).toBe(shown);
    expect(redactText(shown)).toBe(shown);
  });
});

describe('a text that only looks like it', () => {
  it.each([
    ['059f36b4-87a3-44ab-83d2-661975830a7d'],
    ['4bf92f3577b34da6a3ce929d0e0e4736'],
    ['00f067aa0ba902b7'],
    ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'],
    ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/password-AbCdEf'],
    ['arn:aws:lambda:eu-central-1:123456789012:function:get-token:prod'],
    ['arn:aws:sqs:eu-central-1:123456789012:password-resets'],
    ['secret=arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod'],
    ['2026-11-21T11:45:46.123Z'],
    ['1732187802000 1732187802000000 1732187802000000000'],
    ['49590338271490256608559692538361571095921575989136588898'],
    ['4111111111111112'],
    ['18849496460467696128'],
    ['0.4111111111111111'],
    ['basic information is missing'],
    ['bearer authentication required'],
    ['Unexpected token < in JSON at position 5'],
    ['CredentialsProviderError: Could not load credentials from any providers'],
    ['InvalidSignatureException: The request signature we calculated does not match'],
    ['ExpiredTokenException: The security token included in the request is expired'],
    ['input_tokens: 512, output_tokens=12'],
    ['SELECT * FROM users WHERE token = ? AND password = $1'],
    ['password: null, secret=true, token=undefined'],
    ['    at getToken (file:///var/task/token.js:10:5)'],
    ['    at Object.<anonymous> (/var/task/node_modules/cookie-parser/index.js:30:12)'],
    ['https://sqs.eu-central-1.amazonaws.com/123456789012/token-queue'],
    ['https://sqs.eu-central-1.amazonaws.com/1/a?token=REDACTED'],
    ['redis://cache:6379/0'],
    ['user@example.com'],
    ['/a?q=a%20b%3Dc%26d%2525'],
    ['eyJpZCI6MX0'],
    ['AKIA'],
    ['sid'],
    ['6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a'],
  ])('%s stays', (text) => {
    expect(redactText(text)).toBe(text);
  });
});

describe('a long text', () => {
  const redact = (text: string): string => text.replaceAll('secret', '*');

  it('is cut after it was looked through, with all that may be the beginning of a secret', () => {
    expect(redactWithin('short secret', 20, redact)).toBe('short *');
    expect(redactWithin(`${'a'.repeat(18)}secret`, 20, redact)).toBe(`${'a'.repeat(18)}*…[24 characters]`);
    const long = `${'a'.repeat(18)}secret${'b'.repeat(508 - 18)}secret`;
    expect(redactWithin(`${long}${'c'.repeat(100)}`, 20, redact)).toBe(`${'a'.repeat(10)}…[620 characters]`);
    expect(redactWithin('secret'.repeat(1000), 600, redact)).toBe('…[6000 characters]');
  });
});
