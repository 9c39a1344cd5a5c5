import { idlePipeline, makeRedactor, shared } from '@tracelet/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keeping, timeless } from './logger.fixture.ts';

afterEach(() => {
  shared().pipeline = undefined;
  vi.restoreAllMocks();
});

describe('redaction', () => {
  it('hides what stands under the name of a secret, at any depth', () => {
    const { log, lines } = keeping({ fields: { apiKey: 'k' } });
    log.with({ bound: { Cookie: 'c' } }).info('hi', {
      authorization: 'Bearer x',
      headers: { 'Set-Cookie': ['a=b'], accept: '*/*', 'x-amz-security-token': 't' },
      map: new Map<unknown, unknown>([
        ['password', 'p'],
        [{}, 1],
      ]),
      named: new Map([['client_secret', 's']]),
      list: [{ accessToken: { value: 't' } }],
      password: null,
      hasPassword: true,
      secret: undefined,
      passphrase: 7,
    });
    expect(lines.map(timeless)).toEqual([
      {
        level: 'INFO',
        message: 'hi',
        apiKey: '[REDACTED]',
        bound: { Cookie: '[REDACTED]' },
        authorization: '[REDACTED]',
        headers: { 'Set-Cookie': '[REDACTED]', accept: '*/*', 'x-amz-security-token': '[REDACTED]' },
        map: [
          ['password', '[REDACTED]'],
          [{}, 1],
        ],
        named: { client_secret: '[REDACTED]' },
        list: [{ accessToken: '[REDACTED]' }],
        password: null,
        hasPassword: true,
        passphrase: '[REDACTED]',
      },
    ]);
  });

  it('by a rule of the process sees each value once, and hides all when it throws', () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const seen: string[] = [];
    shared().pipeline = idlePipeline({
      redact: makeRedactor((key, value) => {
        seen.push(key);
        if (key === 'boom') throw new Error('no');
        return key === 'email' ? `${value}!` : value;
      }),
    });
    const { log, lines } = keeping();
    log
      .with({ email: 'a' })
      .with({ b: 1 })
      .info('hi', { nested: { email: 'c' }, boom: 'x', token: 't' });
    log.info(
      'an instance',
      new (class {
        email = 'd';
      })() as never,
    );
    expect(lines.map(timeless)).toEqual([
      {
        level: 'INFO',
        message: 'hi',
        email: 'a!',
        b: 1,
        nested: { email: 'c!' },
        boom: '[REDACTED]',
        token: '[REDACTED]',
      },
      { level: 'INFO', message: 'an instance', email: 'd!' },
    ]);
    expect(seen).toEqual(['email', 'b', 'message', 'nested', 'email', 'boom', 'message', 'email']);
  });
});
