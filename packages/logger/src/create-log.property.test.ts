import { currentRedactor, hideSecret, idlePipeline, type LogRecord, shared } from '@tracelet/core';
import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { hostileValue, PLANTED, seeded } from './hostile-values.fixture.ts';
import { createLog, type Log } from './index.ts';

const MAX_LINE_BYTES = 256 * 1024;
/** Of one line, on a machine that does other things as well. */
const MAX_LINE_MS = 1000;

afterEach(() => {
  shared().pipeline = undefined;
  vi.restoreAllMocks();
});

/** Writes with a new logger and gives its one line, and how long that took. */
function written(
  env: NodeJS.ProcessEnv,
  write: (log: Log) => void,
): { readonly line: string; readonly tookMs: number } {
  const lines: string[] = [];
  const startedAt = performance.now();
  write(createLog({ env, write: (line) => lines.push(line) }));
  expect(lines).toHaveLength(1);
  return { line: lines[0] ?? '', tookMs: performance.now() - startedAt };
}

function check(line: string): Record<string, unknown> {
  expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
  expect(Buffer.byteLength(line)).toBeLessThan(MAX_LINE_BYTES);
  const parsed = JSON.parse(line) as Record<string, unknown>;
  expect(typeof parsed.message).toBe('string');
  expect(parsed).toMatchObject({ level: 'ERROR', timestamp: expect.stringMatching(/^20.*Z$/) });
  return parsed;
}

const RUNS = 20_000;
const VALUES_PER_RUN = 6;

it(`writes one valid line of bounded size and time, and no planted secret, for ${RUNS * VALUES_PER_RUN} hostile values`, () => {
  // Clashes with reserved keys are said on stdout.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const records: LogRecord[] = [];
  shared().pipeline = idlePipeline({ emitLog: (record) => records.push(record) });
  const firstSeed = Date.now() >>> 0;
  for (let run = 0; run < RUNS; run += 1) {
    const seed = firstSeed + run;
    const random = seeded(seed);
    const value = (): unknown => hostileValue(random);
    const env = run % 2 === 0 ? {} : { AWS_LAMBDA_LOG_FORMAT: 'JSON' };
    records.length = 0;
    try {
      const [a, b, c, d, e, f] = Array.from({ length: VALUES_PER_RUN }, value);
      const first = written(env, (log) => log.error(a as string, b as never));
      const second = written(env, (log) =>
        log
          .with({ c })
          .with(d as never)
          .error('m', { e, list: [f] }),
      );
      for (const { line, tookMs } of [first, second]) {
        expect(tookMs).toBeLessThan(MAX_LINE_MS);
        check(line);
        expect(line).not.toContain(PLANTED);
      }
      expect(records).toHaveLength(2);
      expect(JSON.stringify(records)).not.toContain(PLANTED);
    } catch (error) {
      throw new Error(`hostileValue(seeded(${seed}))`, { cause: error });
    }
  }
}, 120_000);

it('keeps plain values as they are, but for those that are called secrets', () => {
  const plain = fc.jsonValue({ maxDepth: 8 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), plain, (message, given) => {
      const { line } = written({}, (log) => log.error(message, { given }));
      expect(check(line).message).toBe(message);
      const shown = (key: string, value: unknown) => (currentRedactor().isSecret(key) ? hideSecret(value) : value);
      expect(check(line).given).toEqual(JSON.parse(JSON.stringify(given), shown));
    }),
    { numRuns: 1000 },
  );
}, 30_000);

it('writes one valid line for whatever a generator of values thinks of', () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  });
  fc.assert(
    fc.property(anything, anything, (message, fields) => {
      check(written({}, (log) => log.error(message as string, fields as never)).line);
    }),
    { numRuns: 1500 },
  );
}, 30_000);
