import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Breaker, makeBreaker } from './breaker.ts';

const good = { tookMs: 5 };
const refused = { tookMs: 1, fault: { reason: 'refused' } };
const timedOut = { tookMs: 1000, fault: { reason: 'timeout' } };
const slow = { tookMs: 501 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

it('lets everything pass while flushes are good', () => {
  const breaker = makeBreaker(1000);
  expect(flush(breaker, good, 100)).toBe(100);
});

it.each([
  ['3 failures in a row', refused, 3],
  ['3 flushes in a row that took more than half of their time', slow, 3],
  ['1 flush that timed out', timedOut, 1],
  ['3 flushes that timed out in less than a flush has', { ...timedOut, tookMs: 50 }, 3],
])('opens after %s', (_what, bad, times) => {
  const breaker = makeBreaker(1000);
  expect(flush(breaker, bad, 10)).toBe(times);
});

it('does not open for failures with a success between them', () => {
  const breaker = makeBreaker(1000);
  for (const attempt of [refused, refused, good, refused, refused, good]) expect(flush(breaker, attempt, 1)).toBe(1);
});

it('lets one flush try after 20 others, then after 40, 80 and 160', () => {
  const breaker = makeBreaker(1000);
  flush(breaker, timedOut, 1);
  const probedAt: number[] = [];
  for (let count = 1; count <= 500; count += 1) if (flush(breaker, refused, 1) === 1) probedAt.push(count);
  expect(probedAt).toEqual([21, 62, 143, 304, 465]);
});

it('lets one flush try after 10 s, then after 20, 40 and 80', () => {
  const breaker = makeBreaker(1000);
  flush(breaker, timedOut, 1);
  const probedAtS: number[] = [];
  for (let seconds = 1; seconds <= 300; seconds += 1) {
    vi.advanceTimersByTime(1000);
    // A few flushes in between change nothing.
    if (seconds % 10 === 0 && flush(breaker, refused, 1) === 1) probedAtS.push(seconds);
  }
  expect(probedAtS).toEqual([10, 30, 70, 150, 230]);
});

it('closes when the flush that tries is good', () => {
  const breaker = makeBreaker(1000);
  flush(breaker, timedOut, 1);
  vi.advanceTimersByTime(10_000);
  expect(flush(breaker, good, 10)).toBe(10);
  expect(flush(breaker, refused, 10)).toBe(3);
  expect(flush(breaker, refused, 13)).toBe(0);
  expect(flush(breaker, refused, 1)).toBe(1);
});

it('stays open for a backend that answers slowly', () => {
  const breaker = makeBreaker(1000);
  flush(breaker, slow, 3);
  vi.advanceTimersByTime(10_000);
  expect(flush(breaker, slow, 10)).toBe(1);
});

it('tries nothing until the backend says so, in any state', () => {
  const breaker = makeBreaker(1000);
  flush(breaker, { tookMs: 1, fault: { reason: 'http_429', retryAfterMs: 60_000 } }, 1);
  vi.advanceTimersByTime(59_999);
  expect(flush(breaker, good, 100)).toBe(0);
  vi.advanceTimersByTime(1);
  expect(flush(breaker, good, 10)).toBe(10);
});

/** Flushes so many times with this outcome; returns how many were allowed. */
function flush(breaker: Breaker, attempt: Parameters<Breaker['note']>[0], times: number): number {
  let allowed = 0;
  for (let count = 0; count < times; count += 1) {
    if (!breaker.allows()) continue;
    allowed += 1;
    breaker.note(attempt);
  }
  return allowed;
}
