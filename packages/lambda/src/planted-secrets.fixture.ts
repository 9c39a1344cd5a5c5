import fc from 'fast-check';

/** A secret, and what stands around it. */
export interface Planted {
  /** What must not get out. */
  readonly core: string;
  /** A text that has it inside. */
  readonly text: string;
  /** What it may be called in an object: the name of a secret, or a name that tells nothing. */
  readonly key: string;
  readonly value: unknown;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const chars = (alphabet: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength });
const alnum = `${letters}${letters.toUpperCase()}0123456789`;
const random = chars(alnum, 14, 30).map((text) => `Zq${text}7`);

const KEYS = [
  'authorization',
  'Proxy-Authorization',
  'cookie',
  'Set-Cookie',
  'password',
  'dbPasswd',
  'passphrase',
  'client_secret',
  'secretAccessKey',
  'AWS_SECRET_ACCESS_KEY',
  'token',
  'accessToken',
  'X-Amz-Security-Token',
  'AWS_SESSION_TOKEN',
  'x-api-key',
  'apiKey',
  'private_key',
  'aws_access_key_id',
  'credential',
  'dbPwd',
  // What the company of the test adds.
  'iban',
  'user.email',
];

const underKey: fc.Arbitrary<Planted> = fc
  .tuple(fc.constantFrom(...KEYS), random, fc.nat(5))
  .map(([key, core, way]) => {
    const isDefault = !['iban', 'user.email'].includes(key);
    const forms = [`${key}=${core}`, `${key}: ${core}`, `{"${key}":"${core}"}`, `{ '${key}': '${core}' }`];
    const text = isDefault ? (forms[way] ?? JSON.stringify(JSON.stringify({ a: 1, [key]: core }))) : 'nothing';
    const values = [core, [core], { inner: core }, core, core];
    return { core, text, key, value: values[way] ?? core };
  });

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A card number by its beginning: the last digit makes the sum right. */
function cardOf([prefix, rest]: readonly [string, string]): string {
  const length = prefix === '37' ? 15 : 16;
  const body = (prefix + rest).slice(0, length - 1);
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}
const card = fc
  .tuple(fc.constantFrom('4', '51', '55', '2221', '37', '6011', '3530'), chars('0123456789', 15))
  .map(cardOf);
const grouped = (digits: string): string => digits.replace(/(.{4})(.{4})(.{4})(.{4})/, '$1 $2 $3 $4');

/** Each has what is searched for, and how it looks. */
const shaped: fc.Arbitrary<readonly [core: string, look: string]> = fc.oneof(
  random.map((core) => [core, `Bearer ${core}`] as const),
  random.map((password) => [base64(`user:${password}`), `Basic ${base64(`user:${password}`)}`] as const),
  random.map((sub) => {
    const payload = base64url({ sub });
    return [payload, `${base64url({ alg: 'HS256', typ: 'JWT' })}.${payload}.${sub}`] as const;
  }),
  chars('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((id) => [`AKIA${id}`, `AKIA${id}`] as const),
  chars('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16).map((id) => [`ASIA${id}`, `ASIA${id}`] as const),
  chars('0123456789abcdef', 64).map((hex) => [hex, `https://b.s3.amazonaws.com/k?X-Amz-Signature=${hex}&x=1`] as const),
  chars('0123456789abcdef', 64).map((hex) => [hex, `AWS4-HMAC-SHA256 SignedHeaders=host, Signature=${hex}`] as const),
  random.map((core) => [core, `/k?X-Amz-Security-Token=${core}%2F&X-Amz-Date=2026`] as const),
  card.map((digits) => [digits, digits] as const),
  card.filter((digits) => digits.length === 16).map((digits) => [grouped(digits), grouped(digits)] as const),
  random.map((core) => [core, `Cookie: theme=dark; sid=${core}`] as const),
  random.map((core) => [core, `https://user:${core}@example.com/a`] as const),
  random.map((core) => [core, `postgres://${core}@db:5432/shop`] as const),
  random.map((core) => [core, `-----BEGIN PRIVATE KEY-----\nMII${core}\n-----END PRIVATE KEY-----`] as const),
  random.map((core) => [`ghp_${core}`, `ghp_${core}`] as const),
  // What the company of the test adds.
  chars('0123456789', 10).map((digits) => [`cust-${digits}`, `cust-${digits}`] as const),
);

const underPattern: fc.Arbitrary<Planted> = fc
  .tuple(shaped, fc.constantFrom('', 'failed: ', 'got "', '('), fc.boolean())
  .map(([[core, look], before, isList]) => {
    const text = `${before}${look}`;
    return { core, text, key: 'note', value: isList ? [text, { inner: text }] : text };
  });

/** A secret under a listed name or pattern. */
export const planted: fc.Arbitrary<Planted> = fc.oneof(underKey, underPattern);

/** The rules of the company: what the secrets above need beside the defaults. */
export const companyRules = { keys: ['iban', 'email'], patterns: [/cust-\d{10}/] };
