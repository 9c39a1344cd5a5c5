import { beforeEach, describe, expect, it } from 'vitest';
import { idlePipeline } from './pipeline.ts';
import type { Redact } from './redact.ts';
import { BROKEN, currentRedactor, makeRedactor } from './redactor.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';

const HIDDEN = '[REDACTED]';
const SECRET = 'Bearer abcdefgh1';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});

describe('the members of an object', () => {
  it('are the same object when none holds a secret', () => {
    const values = {
      a: 'text',
      b: 1,
      c: true,
      d: null,
      e: undefined,
      f: ['x', 2],
      g: { h: 'y' },
      i: 5n,
      j: 4e13,
      k: new Uint8Array(2),
    };
    const { members } = makeRedactor();
    for (const again of [1, 2]) expect([again, members(values)]).toEqual([again, values]);
    expect(members(values)).toBe(values);
  });

  it('are hidden by name, whatever they are, but for whether they are there', () => {
    const values = {
      password: 'x',
      token: 7,
      cookie: ['a'],
      secret: { a: 1 },
      apiKey: null,
      hasPassword: true,
      credential: undefined,
    };
    expect(makeRedactor().members(values)).toEqual({
      password: HIDDEN,
      token: HIDDEN,
      cookie: HIDDEN,
      secret: HIDDEN,
      apiKey: null,
      hasPassword: true,
    });
  });

  it('are looked through by pattern at any depth, and the given ones stay as they are', () => {
    const values = {
      text: `was ${SECRET}`,
      list: ['a', SECRET, ['b', { deep: SECRET, password: 'p' }]],
      number: 4111111111111111,
      big: 4111111111111111n,
      bytes: Buffer.from(SECRET),
      after: 'plain',
      [SECRET]: 'as a key',
    };
    const before = structuredClone(values);
    expect(makeRedactor().members(values)).toEqual({
      text: 'was Bearer [REDACTED]',
      list: ['a', `Bearer ${HIDDEN}`, ['b', { deep: `Bearer ${HIDDEN}`, password: HIDDEN }]],
      number: HIDDEN,
      big: HIDDEN,
      bytes: `Bearer ${HIDDEN}`,
      after: 'plain',
      [`Bearer ${HIDDEN}`]: 'as a key',
    });
    expect(structuredClone(values)).toEqual(before);
  });

  it('are not shown where they lie too deep', () => {
    const deep = Array.from({ length: 30 }).reduce((inner) => ({ inner }), 'x');
    expect(JSON.stringify(makeRedactor().members({ deep }))).toContain(HIDDEN);
  });

  it('are judged anew with every value, and remembered in bounds', () => {
    const redactor = makeRedactor();
    for (const value of ['a text', SECRET, 'a text', SECRET, 'x'.repeat(300)]) {
      expect(redactor.members({ note: value })).toEqual({ note: value === SECRET ? `Bearer ${HIDDEN}` : value });
    }
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`key${index}`, 'v']));
    const long = 'k'.repeat(200);
    for (const values of [many, { [long]: 'v' }, many]) expect(redactor.members(values)).toBe(values);
  });
});

describe('rules of a company', () => {
  it('hide by name: the whole of it, its last part, or a pattern', () => {
    const { members, isSecret } = makeRedactor({ keys: ['Email', /^pii_/gi, /iban/y] });
    expect(members({ email: 1, 'user.EMAIL': 1, emailed: 1, pii_name: 1, PII_x: 1, iban: 1, myiban: 1 })).toEqual({
      email: HIDDEN,
      'user.EMAIL': HIDDEN,
      emailed: 1,
      pii_name: HIDDEN,
      PII_x: HIDDEN,
      iban: HIDDEN,
      myiban: HIDDEN,
    });
    // A name of any length could take a pattern any time.
    expect([isSecret('x'.repeat(256)), isSecret('x'.repeat(257))]).toEqual([false, true]);
    expect(makeRedactor({ keys: ['email'] }).isSecret('x'.repeat(257))).toBe(false);
  });

  it('hide by pattern, every match of it, whatever flags and places it remembers', () => {
    const sticky = /cust-\d+/y;
    sticky.lastIndex = 3;
    const { text } = makeRedactor(undefined, { patterns: [sticky, /[\w.]+@[\w.]+/g] }, [{ patterns: [/(?=z)/] }]);
    expect(text('cust-1 of a@b.c and cust-2, zz')).toBe(`${HIDDEN} of ${HIDDEN} and ${HIDDEN}, zz`);
    expect(text('short')).toBe('short');
    expect(text('x'.repeat(20_000))).toBe(`${'x'.repeat(8192)}…[20000 characters]`);
    expect(makeRedactor().text('x'.repeat(40_000))).toBe(`${'x'.repeat(32_768)}…[40000 characters]`);
  });

  it('have the last word by functions, which see each value that is not hidden by its name', () => {
    const seen: string[] = [];
    const shorten: Redact = (key, value) => {
      seen.push(key);
      if (key === 'gone') return undefined;
      return key === 'email' ? 'e' : value;
    };
    const { members, say, judge } = makeRedactor(shorten, { value: (_key, value) => (value === 'e' ? 'f' : value) });
    const values = { email: 'a', password: 'p', gone: 1, nested: { email: 'b', list: [{ email: 'c' }] }, note: SECRET };
    const shown = {
      email: 'f',
      password: HIDDEN,
      nested: { email: 'f', list: [{ email: 'f' }] },
      note: `Bearer ${HIDDEN}`,
    };
    expect(members(values)).toEqual(shown);
    expect(say('message', 'hi')).toBe('hi');
    expect(judge('email', 1)).toBe('f');
    expect(seen).toEqual(['email', 'gone', 'nested', 'email', 'list', 'email', 'note', 'message', 'email']);
    // Those have been asked before.
    expect(members({ email: 'a', note: SECRET }, true)).toEqual({ email: 'a', note: `Bearer ${HIDDEN}` });
  });

  it('add up, each once, and count for what was judged before', () => {
    const redactor = makeRedactor();
    const rule = { keys: ['email'] };
    const { version } = redactor;
    expect([redactor.members({ email: 'a' }), redactor.say('name', 'cust-1')]).toEqual([{ email: 'a' }, 'cust-1']);
    redactor.add([rule, { patterns: [/cust-\d/] }]);
    expect(redactor.version).toBe(version + 2);
    expect([redactor.members({ email: 'a' }), redactor.say('name', 'cust-1')]).toEqual([{ email: HIDDEN }, HIDDEN]);
    redactor.add([rule]);
    rule.keys.length = 0;
    expect([redactor.version, redactor.isSecret('email')]).toEqual([version + 2, true]);
  });

  it('that throw hide the value, and are said once', async () => {
    const { members } = makeRedactor(() => {
      throw new Error(`no ${SECRET}`);
    });
    const lines = await printed(() => {
      for (const again of [1, 2]) expect([again, members({ a: 1, b: 'x' })]).toEqual([again, { a: HIDDEN, b: HIDDEN }]);
    });
    expect(lines).toMatchObject([
      { code: 'redact_failed', message: `tracelet: The redaction failed with Error: no Bearer ${HIDDEN}` },
    ]);
  });

  it('are not asked about what they say themselves', () => {
    const redactor = makeRedactor((_key, value) => {
      expect(redactor.members({ inner: 'a' })).toEqual({ inner: HIDDEN });
      return value;
    });
    expect(redactor.members({ outer: 'a' })).toEqual({ outer: 'a' });
  });

  it('that cannot be used hide everything', () => {
    const redactor = makeRedactor(BROKEN);
    expect([redactor.broken, makeRedactor().broken]).toEqual([true, false]);
    expect(redactor.members({ a: 1, b: 'x' })).toEqual({ a: HIDDEN, b: HIDDEN });
    expect(redactor.say('message', 'hi')).toBe(HIDDEN);
  });
});

describe('a text without a key', () => {
  it('is what the functions make of it, as a text', () => {
    expect(makeRedactor((key) => (key === 'name' ? 5 : undefined)).say('name', 'x')).toBe('5');
    const { say } = makeRedactor();
    for (const text of ['x', 'x', SECRET, 'x'.repeat(300)]) {
      expect(say('status.message', text)).toBe(text === SECRET ? `Bearer ${HIDDEN}` : text);
    }
  });
});

it('are those of the process, and the defaults before it has any', () => {
  expect(currentRedactor().isSecret('email')).toBe(false);
  shared().pipeline = idlePipeline({ redact: makeRedactor({ keys: ['email'] }) });
  expect(currentRedactor().isSecret('email')).toBe(true);
});
