import { expect, it } from 'vitest';
import { monotonicMs, processStartMs } from './monotonic.ts';

it('goes on as fast as the clock of node:perf_hooks', () => {
  const apartMs = performance.now() - monotonicMs();
  expect(Math.abs(performance.now() - monotonicMs() - apartMs)).toBeLessThan(5);
});

it('knows when the process started', () => {
  expect(Math.abs(Date.now() - processStartMs() - process.uptime() * 1000)).toBeLessThan(5);
});
