import { context, propagation, trace } from '@opentelemetry/api';
import { shared } from '@tracelet/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineLambda, log } from './index.ts';

const SHAPE = 'it has to be a function, or an object with keys, patterns or value';
const slow = (pattern: RegExp): string =>
  `it has to be free of ${pattern}, which takes too long for some texts: bound what it repeats`;

beforeEach(() => {
  Object.assign(shared(), { pipeline: undefined, preset: undefined });
  shared().troubles.clear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const api of [trace, context, propagation]) api.disable();
});

const bad: readonly (readonly [unknown, string])[] = [
  ['email', SHAPE],
  [7, SHAPE],
  [null, SHAPE],
  [/email/, SHAPE],
  [['email'], SHAPE],
  [{ key: ['email'] }, SHAPE],
  [{ value: 'x' }, 'it has to be given a function as its value'],
  [{ keys: 'email' }, 'it has to be given a list as its keys'],
  [{ keys: ['email', 7] }, 'it has to be given names or patterns (RegExp) as its keys'],
  [{ keys: [''] }, 'it has to be given names or patterns (RegExp) as its keys'],
  [{ patterns: /a/ }, 'it has to be given a list as its patterns'],
  [{ patterns: ['a'] }, 'it has to be given patterns (RegExp) as its patterns'],
  [{ patterns: [/a/, /(a+)+$/] }, slow(/(a+)+$/)],
  [{ keys: [/^(\w+\s?)*$/] }, slow(/^(\w+\s?)*$/)],
  [[() => 1, { patterns: [/(x+x+)+y/] }], slow(/(x+x+)+y/)],
  [Proxy.revocable({}, {}), SHAPE],
];

describe('a redaction that cannot be used', () => {
  it.each(bad)('%o is refused outside Lambda, wherever it is said', (redact, remedy) => {
    for (const preset of [{ redact }, { enforce: { redact } }]) {
      expect(() => defineLambda(preset as never)).toThrow(`redact is not usable: ${remedy}.`);
    }
    expect(() => defineLambda({}).with({ redact } as never)).toThrow(`redact is not usable: ${remedy}.`);
  });

  it.each<[string, (redact: never) => unknown]>([
    ['a preset', (redact) => defineLambda({ redact })],
    ['what a preset enforces', (redact) => defineLambda({ enforce: { redact } })],
    ['a function', (redact) => defineLambda({}).with({ redact })],
  ])(
    'is one line inside Lambda, and neither spans nor values of log lines leave, when it is that of %s',
    async (_where, make) => {
      vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
      vi.stubEnv('TRACELET_FLUSH', 'before-response');
      // No evidence of another process.
      vi.stubEnv('TRACELET_DEADLINE_MARGIN', '0');
      vi.stubEnv('OTEL_TRACES_EXPORTER', 'console');
      const lines: Record<string, unknown>[] = [];
      vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
      const lambda = make({ patterns: [/(a+)+$/] } as never) as ReturnType<typeof defineLambda>;
      const handler = lambda(async () => log.info('order placed', { email: 'a@example.com', nested: { total: 5 } }));
      await handler({}, { awsRequestId: 'r-1' } as never);
      const said = lines.filter(({ code }) => String(code).startsWith('bad_setting'));
      expect(said).toMatchObject([{ level: 'ERROR', code: expect.stringMatching(/^bad_setting:(enforce\.)?redact$/) }]);
      expect(lines.filter((line) => 'resourceSpans' in line)).toEqual([]);
      expect(lines.find((line) => 'email' in line)).toMatchObject({
        level: 'INFO',
        message: '[REDACTED]',
        request_id: 'r-1',
        email: '[REDACTED]',
        nested: '[REDACTED]',
      });
      expect(shared().pipeline?.describe?.()).toMatchObject({
        counts: { delivered: 0, dropped: { redaction_broken: 2 } },
      });
    },
  );
});

describe('a redaction', () => {
  it.each([
    [() => 1],
    [{}],
    [undefined],
    [{ keys: undefined, patterns: undefined, value: undefined }],
    [[{ keys: ['email', /^pii/] }, { patterns: [/[\w.+-]+@[\w-]+\.[\w.]+/g, /cust-\d+/y] }, () => 1]],
  ])('%o is fine', (redact) => {
    expect(() => defineLambda({ redact: redact as never }).with({ redact: redact as never })).not.toThrow();
  });

  it('of each layer counts: no other takes it away, neither a function nor the environment', () => {
    const lambda = defineLambda({ redact: { keys: ['email'] }, enforce: { redact: { keys: ['iban'] } } });
    lambda.with({ redact: { keys: [], value: (_key, value) => value } }).with({ redact: { keys: ['phone'] } })(
      async () => {},
    );
    defineLambda({ enforce: { redact: { keys: ['passport'] } } })(async () => {});
    const values = { email: 1, iban: 1, phone: 1, passport: 1, password: 1, id: 1 };
    expect(shared().pipeline?.redact.members(values)).toEqual({
      email: '[REDACTED]',
      iban: '[REDACTED]',
      phone: '[REDACTED]',
      passport: '[REDACTED]',
      password: '[REDACTED]',
      id: 1,
    });
  });
});
