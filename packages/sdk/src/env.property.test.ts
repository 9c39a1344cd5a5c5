import { validateHeaderName, validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { complaintsOf } from './env.fixture.ts';
import { type Environment, readEnv } from './env.ts';
import { parsePairs } from './env-parse.ts';
import { documentedVariables } from './env-reference.ts';
import { otlpVariables, variables } from './env-table.ts';

const names = documentedVariables().map(({ name }) => name);

/** Text that is close to what some variable takes, so that the parsers get past their first character. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'=,;:/%. \t-+aA0129eE"\\\u0000'), maxLength: 40 }),
  fc.constantFrom(
    'true',
    'grpc',
    'none',
    '__proto__',
    'constructor',
    '__proto__=1',
    'http://',
    '1e309',
    '٣',
    '%ff=%ff',
  ),
  fc.constantFrom(...documentedVariables().flatMap(({ row }) => row.values ?? [])),
  fc.webUrl({ withQueryParameters: true }),
  fc.integer().map(String),
  fc.double().map(String),
);

const environment = fc.dictionary(fc.constantFrom(...names), text, { noNullPrototype: true });

it('never throws, and yields valid values alone, whatever the environment holds', () => {
  fc.assert(
    fc.property(environment, (env) => {
      expect(faults(complaintsOf(() => readEnv(env)).result)).toStrictEqual([]);
    }),
    { numRuns: 1000 },
  );
});

it('says each unusable variable once, with a remedy, and gives the same result twice', () => {
  fc.assert(
    fc.property(environment, (env) => {
      const { result, complaints } = complaintsOf(() => [readEnv(env), readEnv(env)]);
      const codes = complaints.map(({ code }) => code);
      expect(result[0]).toStrictEqual(result[1]);
      expect(codes).toStrictEqual([...new Set(codes)]);
      for (const { code, message, remedy } of complaints) {
        expect(names.map((name) => `bad_environment:${name}`)).toContain(code);
        expect([message.length > 0, remedy.length > 0]).toStrictEqual([true, true]);
      }
    }),
  );
});

it('gives back every header that was percent-encoded', () => {
  const name = fc.string({ unit: fc.constantFrom(..."abcxyz019-_.!#$%&'*+^`|~"), minLength: 1 });
  const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(fc.dictionary(name, value, { noNullPrototype: true }), (headers) => {
      const encoded = Object.entries(headers).map((pair) => pair.map(encodeURIComponent).join('='));
      const { result, complaints } = complaintsOf(() => readEnv({ OTEL_EXPORTER_OTLP_HEADERS: encoded.join(' , ') }));
      expect(result.traces.otlp.headers).toStrictEqual(headers);
      expect(complaints).toStrictEqual([]);
    }),
  );
});

it('counts every entry of a list of pairs as read or bad', () => {
  fc.assert(
    fc.property(text, (value) => {
      const { pairs, bad } = parsePairs(value);
      expect(pairs.length + bad).toBe(value.split(',').filter((entry) => entry.trim() !== '').length);
    }),
  );
});

/** Names what is not valid in an environment. */
function faults({ propagators, resourceAttributes, spanLimits, lambda, ...rest }: Environment): string[] {
  const count = (value: number): boolean => value === Infinity || (Number.isSafeInteger(value) && value >= 0);
  const delay = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 2_147_483_647;
  const known = (name: keyof typeof variables, value: string): boolean => {
    const row = variables[name];
    return 'values' in row && (row.values as readonly string[]).includes(value);
  };
  const checks: Record<string, boolean> = {
    disabled: typeof rest.disabled === 'boolean',
    serviceName: rest.serviceName !== '',
    resourceAttributes: Object.entries(resourceAttributes).every(([key, value]) => key && typeof value === 'string'),
    propagators:
      propagators.every((name) => known('OTEL_PROPAGATORS', name)) && new Set(propagators).size === propagators.length,
    sampler: known('OTEL_TRACES_SAMPLER', rest.sampler),
    samplerRatio: rest.samplerRatio >= 0 && rest.samplerRatio <= 1,
    spanLimits: Object.values(spanLimits).every(count),
    queueSpan: rest.queueSpan === undefined || typeof rest.queueSpan === 'boolean',
    batchFailures: rest.batchFailures === undefined || known('TRACELET_BATCH_FAILURES', rest.batchFailures),
    flushMode: known('TRACELET_FLUSH', rest.flushMode),
    flushTimeoutMs: delay(rest.flushTimeoutMs),
    deadlineMarginMs: delay(rest.deadlineMarginMs),
    xray: known('TRACELET_XRAY', rest.xray),
    memoryMb: lambda.memoryMb === undefined || count(lambda.memoryMb),
    verbose: typeof rest.verbose === 'boolean',
  };
  for (const signal of ['traces', 'logs'] as const) {
    const { exporter, otlp } = rest[signal];
    checks[`${signal}.exporter`] = known('OTEL_TRACES_EXPORTER', exporter);
    checks[`${signal}.url`] = /^https?:\/\/./.test(otlp.url) && new URL(otlp.url).href === otlp.url;
    checks[`${signal}.protocol`] = otlpVariables.PROTOCOL.values.includes(otlp.protocol);
    checks[`${signal}.compression`] = otlpVariables.COMPRESSION.values.includes(otlp.compression);
    checks[`${signal}.timeoutMs`] = delay(otlp.timeoutMs) && otlp.timeoutMs > 0;
    // The judge of a header is what will send it.
    checks[`${signal}.headers`] = Object.entries(otlp.headers).every(([name, value]) => {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      return name === name.toLowerCase();
    });
  }
  return Object.keys(checks).filter((name) => !checks[name]);
}
