import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type DiagnosticLevel, diagnose, survive } from './diagnose.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';

const boom = new TypeError('boom');

beforeEach(() => shared().troubles.clear());
afterEach(() => vi.unstubAllEnvs());

it('says each code once, as one JSON line, and counts it every time', async () => {
  const lines = await printed(() => {
    for (const what of ['first', 'second']) diagnose('a', what, 'Mend it.');
    diagnose('b', 'other', 'Mend it too.', 'error');
  });
  expect(lines).toEqual([
    { level: 'WARN', message: 'tracelet: first', code: 'a', remedy: 'Mend it.' },
    { level: 'ERROR', message: 'tracelet: other', code: 'b', remedy: 'Mend it too.' },
  ]);
  expect([...shared().troubles]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
});

it.each([
  [undefined, ['error', 'warn']],
  ['', ['error', 'warn']],
  ['loud', ['error', 'warn']],
  ['none', []],
  ['ERROR', ['error']],
  ['Info', ['error', 'warn', 'info']],
  ['debug', ['error', 'warn', 'info', 'debug']],
  ['all', ['error', 'warn', 'info', 'debug']],
])('prints with OTEL_LOG_LEVEL=%s the levels %j', async (level, expected) => {
  vi.stubEnv('OTEL_LOG_LEVEL', level);
  const levels: readonly DiagnosticLevel[] = ['error', 'warn', 'info', 'debug'];
  const lines = await printed(() => {
    for (const each of levels) diagnose(each, each, '', each);
  });
  expect(lines.map((line) => (line as { code: string }).code)).toEqual(expected);
});

it('gives what code returns, or the fallback and one line when it throws', async () => {
  const result = {};
  const fallback = {};
  const lines = await printed(() => {
    expect(survive('a', 'It', () => result, fallback)).toBe(result);
    for (const thrown of [boom, undefined]) {
      const fail = () => {
        throw thrown;
      };
      expect(survive('a', 'It', fail, fallback)).toBe(fallback);
    }
  });
  expect(lines).toEqual([
    {
      level: 'WARN',
      message: 'tracelet: It failed with TypeError: boom',
      code: 'a',
      remedy: 'The invocation went on without it; mend or remove it.',
    },
  ]);
});

it('cuts what a foreign error has to say', async () => {
  const lines = await printed(() => diagnose('a', 'x'.repeat(1_000_000), ''));
  expect(JSON.stringify(lines).length).toBeLessThan(2200);
});

it('does not fail with a stdout that throws', () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => {
    throw boom;
  });
  expect(diagnose('a', 'what', 'remedy')).toBeUndefined();
  write.mockRestore();
  expect(shared().troubles.get('a')).toBe(1);
});

it('does not fail with a stdout that fails later', () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((_line, done) => {
    for (const error of [undefined, boom]) (done as unknown as (error?: Error) => void)(error);
    return false;
  });
  diagnose('a', 'what', 'remedy');
  write.mockRestore();
  expect([process.stdout.emit('error', boom), process.stdout.listenerCount('error')]).toEqual([true, 0]);
});

it('does not end a process whose stdout nobody reads any more', () => {
  const script = `
    import { diagnose } from ${JSON.stringify(new URL('diagnose.ts', import.meta.url).href)};
    setTimeout(() => {
      for (let n = 0; n < 50; n += 1) diagnose('code ' + n, 'what', 'remedy');
      setTimeout(() => process.stderr.write('alive'), 50);
    }, 150);
  `;
  const command = `"$NODE" --no-warnings --input-type=module --eval "$SCRIPT" | true`;
  const env = { ...process.env, NODE: process.execPath, SCRIPT: script };
  expect(spawnSync('sh', ['-c', command], { env, encoding: 'utf8', timeout: 10_000 }).stderr).toBe('alive');
});
