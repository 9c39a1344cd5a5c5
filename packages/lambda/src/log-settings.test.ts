import { shared } from '@tracelet/core';
import { afterEach, expect, it, vi } from 'vitest';
import { defineLambda, log } from './index.ts';

afterEach(() => {
  shared().pipeline = undefined;
  vi.restoreAllMocks();
});

it("a preset's level and redaction are those of `log`", async () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  const lambda = defineLambda({
    logs: { level: 'debug', correlationId: { '*': 'id' } },
    redact: (key, value) => (key === 'email' ? 'hidden' : value),
  });
  const handler = lambda(async () => log.debug('hi', { email: 'a@example.com', password: 'hunter2' }));
  await handler({ id: 'c-1' }, { awsRequestId: 'r-1' } as never);
  vi.restoreAllMocks();
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'DEBUG', request_id: 'r-1', correlation_id: 'c-1', email: 'hidden', password: '[REDACTED]' },
  ]);
});

it.each([
  [{ logs: { level: 'loud' } }, 'the setting logs.level is not usable: it has to be one of trace, debug, info'],
  [{ logs: { destination: 'file' } }, 'the setting logs.destination is not usable: it has to be one of stdout, otlp'],
  [{ logs: { correlationId: 'id' } }, 'the setting logs.correlationId is not usable: it has to be an object'],
  [{ logs: { color: true } }, 'the setting logs.color is not usable: known ones are level, destination, correlationId'],
  [{ redact: ['password'] }, 'the setting redact is not usable: it has to be a function'],
])('refuses %o outside Lambda', (preset, message) => {
  expect(() => defineLambda(preset as never)).toThrow(message);
});
