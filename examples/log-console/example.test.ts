import { harness } from '@tracelet/testing';
import { afterEach, expect, it, vi } from 'vitest';
import event from './event.json' with { type: 'json' };

const { run } = harness();

afterEach(() => {
  vi.restoreAllMocks();
});

it('puts the ids of the span into the lines of the console, here with the JSON format of Lambda', async () => {
  vi.stubEnv('AWS_LAMBDA_LOG_FORMAT', 'JSON');
  const { handler } = await import('./handler.ts');
  vi.unstubAllEnvs();
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => written.push(String(line)) > 0);
  const { spans } = await run(handler, event);
  vi.restoreAllMocks();
  const span = spans.roots[0]?.span;
  expect(written.map((line) => JSON.parse(line))).toMatchObject([
    {
      level: 'INFO',
      message: 'order placed: o-1',
      trace_id: span?.traceId,
      span_id: span?.spanId,
      requestId: expect.any(String),
    },
  ]);
});
