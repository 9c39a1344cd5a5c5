import { describe, expect, it } from 'vitest';
import { makeClock } from './clock.ts';

describe('the clock', () => {
  it('tells moments of one millisecond apart', () => {
    let monotonicMs = 5000.25;
    const now = makeClock(
      () => 1_700_000_000_000,
      () => monotonicMs,
    );
    const first = now();
    monotonicMs += 0.125;
    expect([first, now()]).toEqual([
      [1_700_000_000, 0],
      [1_700_000_000, 125_000],
    ]);
  });

  it('follows the time of day after the process was frozen', () => {
    let wallMs = 1_700_000_000_000;
    const now = makeClock(
      () => wallMs,
      () => 5000,
    );
    now();
    wallMs += 60_000;
    expect(now()).toEqual([1_700_000_060, 0]);
  });

  it('follows a system clock that is set back', () => {
    let wallMs = 1_700_000_000_000;
    const now = makeClock(
      () => wallMs,
      () => 5000,
    );
    wallMs -= 10_000;
    expect(now()).toEqual([1_699_999_990, 0]);
  });
});
