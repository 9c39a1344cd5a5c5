import { decodeOtlp } from '@tracelet/testing';
import { expect, it, vi } from 'vitest';
import { readEnv } from './env.ts';
import { makeSpans } from './evidence.fixture.ts';
import { openOutputs } from './outputs.ts';

/** What one line of CloudWatch Logs holds. */
const LINE_BYTES = 256 * 1024;

it('writes a large flush to stdout in lines that a log takes, with every span in them', async () => {
  const outputs = openOutputs(readEnv({ OTEL_TRACES_EXPORTER: 'console' }), { attributes: {} });
  const { ended, start } = makeSpans();
  for (let i = 0; i < 2000; i++) start(`span ${i}`, { filler: 'x'.repeat(300) }).end();
  for (const span of ended) outputs.addSpan(span);
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  await Promise.all(outputs.flushers.map((flusher) => flusher.flush(Infinity)));
  write.mockRestore();
  expect(lines.length).toBeGreaterThan(1);
  const names = lines.flatMap((line) => {
    expect(Buffer.byteLength(line)).toBeLessThan(LINE_BYTES);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    const decoded = decodeOtlp('traces', 'json', Buffer.from(line));
    return decoded.ok ? decoded.spans.map(({ name }) => name) : [decoded.problem];
  });
  expect(names.sort()).toEqual(ended.map(({ name }) => name).sort());
  expect(outputs.counts()).toEqual({ produced: 2000, delivered: 2000, retained: 0, dropped: {} });
});

it('counts what a process before this one took along', () => {
  const outputs = openOutputs(readEnv({}), { attributes: {} });
  outputs.lose(3);
  expect(outputs.counts()).toEqual({ produced: 3, delivered: 0, retained: 0, dropped: { process_died: 3 } });
});
