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
    it.each(['Text', 'JSON'])('keeps the lines of invocations at once in threads apart, format %s', async (format) => {
      const level = { Text: { TRACELET_LOG_LEVEL: 'info' }, JSON: { AWS_LAMBDA_LOG_LEVEL: 'INFO' } }[format];
      const running = await startManyAtOnce({
        nodePath: leg.nodePath,
        clientPath: leg.client.path,
        taskRoot,
        handler: 'index.handler',
        threads: 2,
        env: { OTEL_TRACES_EXPORTER: 'none', AWS_LAMBDA_LOG_FORMAT: format, ...level },
      });
      const names = Array.from({ length: 12 }, (_, index) => `n-${index}`);
      const answers = await running.invokeAll(names.map((name) => ({ overlap: name })));
      expect(answers).toEqual(names.map(() => 'done'));
      const lines = (await running.stop())
        .filter((line) => line.includes('"message":"step"'))
        .map((line) => JSON.parse(line));
      expect(lines).toHaveLength(36);
      const [id, other] = format === 'JSON' ? ['requestId', 'request_id'] : ['request_id', 'requestId'];
      for (const line of lines) {
        const index = Number(line.of.slice(2));
        expect(line).toMatchObject({
          level: 'INFO',
          name: line.of,
          [id]: expect.stringMatching(new RegExp(`-0*${index}$`)),
        });
        expect(line).not.toHaveProperty(other);
      }
      const traces = new Set(lines.map(({ of, trace_id, span_id }) => `${of} ${trace_id} ${span_id}`));
      expect(traces.size).toBe(12);
    });
  });
}
