import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import { runtimeClients } from './clients.ts';
import { startManyAtOnce } from './many-at-once.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-many-'));

beforeAll(() => bundle({ entry: join(import.meta.dirname, 'fixtures/logs.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

for (const leg of runtimeClients().filter(({ client }) => client.major === 4)) {
  describe.skipIf(leg.missing !== undefined)(`Managed Instances, ${leg.name}`, () => {
    const start = (env: Record<string, string>) =>
      startManyAtOnce({
        nodePath: leg.nodePath,
        clientPath: leg.client.path,
        taskRoot,
        handler: 'index.handler',
        threads: 2,
        env: { OTEL_TRACES_EXPORTER: 'none', ...env },
      });

    it.each(['Text', 'JSON'])('keeps the lines of invocations at once in threads apart, format %s', async (format) => {
      const level = format === 'JSON' ? { AWS_LAMBDA_LOG_LEVEL: 'INFO' } : { TRACELET_LOG_LEVEL: 'info' };
      const running = await start({ AWS_LAMBDA_LOG_FORMAT: format, ...level });
      const names = Array.from({ length: 12 }, (_, index) => `n-${index}`);
      const answers = await running.invokeAll(names.map((name) => ({ overlap: name })));
      expect(answers).toEqual(names.map(() => 'done'));
      // Nothing waits for lines to be passed on to the main thread.
      await running.stop();
      const steps = running.lines().filter((line) => line.includes('"message":"step"'));
      const lines = steps.map((line) => JSON.parse(line));
      expect(lines).toHaveLength(36);
      const [id, other] = format === 'JSON' ? ['requestId', 'request_id'] : ['request_id', 'requestId'];
      for (const line of lines) {
        const index = Number(line.of.slice(2));
        const requestId = expect.stringMatching(new RegExp(`-0*${index}$`));
        expect(line).toMatchObject({ level: 'INFO', name: line.of, [id]: requestId });
        expect(line).not.toHaveProperty(other);
      }
      const traces = new Set(lines.map(({ of, trace_id, span_id }) => `${of} ${trace_id} ${span_id}`));
      expect(traces.size).toBe(12);
    });

    it('writes what is held by the invocation of a thread that crashes', async () => {
      const running = await start({});
      void running.invokeAll([{ end: 'throw-later' }]);
      const held = (): readonly string[] => running.lines().filter((line) => line.includes('"message":"held '));
      await expect.poll(() => held().length, { timeout: 10_000 }).toBe(3);
      await running.stop();
      expect(held().map((line) => JSON.parse(line).level)).toEqual(['DEBUG', 'DEBUG', 'DEBUG']);
    });
  });
}
