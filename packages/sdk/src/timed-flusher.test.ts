import { afterEach, expect, it, vi } from 'vitest';
import { DRAIN, drainChannel, timedFlusher } from './timed-flusher.ts';

afterEach(() => void vi.useRealTimers());

it('holds nobody up, and flushes once a second for all that asked', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const deadlines: number[] = [];
  const { flush } = timedFlusher({ flush: async (deadlineMs) => void deadlines.push(deadlineMs) });
  for (let count = 0; count < 10; count += 1) await flush(1);
  await vi.advanceTimersByTimeAsync(999);
  expect(deadlines).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(deadlines).toEqual([Infinity]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(deadlines).toHaveLength(1);
  await flush(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(deadlines).toHaveLength(2);
});

it('flushes at once, within the time that is left, when the main thread says so', async () => {
  const deadlines: number[] = [];
  timedFlusher({ flush: async (deadlineMs) => void deadlines.push(deadlineMs) });
  const main = drainChannel();
  main.postMessage('something else');
  main.postMessage(DRAIN);
  await expect.poll(() => deadlines).toHaveLength(1);
  expect(Math.abs((deadlines[0] ?? 0) - Date.now() - 600)).toBeLessThan(100);
  main.close();
});
