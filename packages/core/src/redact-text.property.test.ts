import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactText } from './redact-text.ts';

const anyText = fc.string({ unit: 'binary' });

it('takes any text, and gives the same at the second time', () => {
  const pieces = fc.constantFrom(
    'password',
    '=',
    ':',
    '"',
    '\\"',
    'Bearer ',
    'cookie',
    ' ',
    '://',
    '@',
    'token',
    '[',
    '}',
    '\n',
  );
  const text = fc.array(fc.oneof(pieces, anyText, fc.constant('[REDACTED]'))).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (given) => {
      const once = redactText(given);
      expect(redactText(once)).toBe(once);
    }),
    { numRuns: 2000 },
  );
});

/** Ids and times as AWS makes them. */
const hex = (chars: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: chars, maxLength: chars });
const digits = (chars: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: chars, maxLength: chars });
const harmless = fc.oneof(
  fc.uuid(),
  hex(32),
  digits(12),
  digits(20),
  digits(56),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.integer({ min: 1.6e12, max: 2e12 }).map(String),
  fc.tuple(hex(8), hex(24)).map(([time, rest]) => `1-${time}-${rest}`),
  fc.tuple(hex(32), hex(16)).map(([trace, span]) => `00-${trace}-${span}-01`),
  fc
    .tuple(digits(12), fc.constantFrom('password', 'get-token', 'orders'))
    .map(([account, name]) => `arn:aws:sqs:eu-central-1:${account}:${name}`),
  fc.tuple(digits(12), hex(6)).map(([account, end]) => `arn:aws:secretsmanager:us-east-1:${account}:secret:db-${end}`),
  fc.tuple(hex(12), fc.uuid()).map(([shard, id]) => `shardId-${shard}:${id}`),
  fc.tuple(digits(12), hex(8)).map(([account, name]) => `https://sqs.eu-central-1.amazonaws.com/${account}/${name}`),
  fc.ipV4(),
  fc.emailAddress().filter((address) => !/token|secret|key/.test(address)),
);

it('leaves ids, ARNs, addresses and times alone, wherever they stand', () => {
  const around = fc.constantFrom('', 'order ', ' done', '"', '(', ')', ', ');
  fc.assert(
    fc.property(around, harmless, around, (before, id, after) => {
      const text = before + id + after;
      expect(redactText(text)).toBe(text);
    }),
    { numRuns: 5000 },
  );
});

it('takes linear time, whatever is repeated', () => {
  const pieces = [
    'eyJ',
    'password=',
    'password="',
    'password=\\',
    '\\',
    'cookie:',
    'bearer ',
    '://a@',
    'AKIA',
    '4111 ',
    '1',
  ];
  const more = [
    '-----BEGIN ',
    'secret[',
    '{"token":',
    'arn:aws:',
    '&a=',
    'secret\\\\\\\\',
    "password='",
    'gh',
    'xoxb-',
    ' ',
    '@',
  ];
  for (const piece of [...pieces, ...more]) {
    const text = piece.repeat(200_000 / piece.length);
    const startedAtMs = performance.now();
    redactText(text);
    // Linear ones take 5 to 90 ms; a quadratic one would take a minute.
    expect(performance.now() - startedAtMs).toBeLessThan(2000);
  }
});
