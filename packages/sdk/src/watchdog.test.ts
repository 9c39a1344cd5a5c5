import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeWatchdog, type Watchdog } from './watchdog.ts';

interface Rig extends Watchdog {
  readonly seen: string[];
  watchFor(name: string, inMs: number): () => void;
}

function rig(beatMs = 40): Rig {
  const seen: string[] = [];
  const dog = makeWatchdog(beatMs, () => void seen.push('beat'));
  return { seen, ...dog, watchFor: (name, inMs) => dog.watch(Date.now() + inMs, () => void seen.push(name)) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('barks at what does not end in time, be it sooner or later than a beat, and at nothing else', () => {
  const { seen, watchFor } = rig();
  watchFor('sooner', 10);
  watchFor('soon', 30);
  watchFor('later', 100);
  watchFor('ended', 60)();
  vi.advanceTimersByTime(22);
  expect(seen).toEqual(['sooner', 'beat']);
  vi.advanceTimersByTime(140);
  expect(seen.filter((each) => each !== 'beat')).toEqual(['sooner', 'soon', 'later']);
});

it('is not put off by what begins after', () => {
  const { seen, watchFor } = rig();
  watchFor('first', 90);
  for (let i = 0; i < 10; i++) {
    watchFor('other', 5000);
    vi.advanceTimersByTime(15);
  }
  expect(seen).toContain('first');
});

it('beats while something is watched, and once after that', () => {
  const { seen, watchFor } = rig(20);
  const end = watchFor('never', 5000);
  vi.advanceTimersByTime(110);
  end();
  const before = seen.length;
  vi.advanceTimersByTime(110);
  expect(before).toBeGreaterThan(2);
  expect(seen.length).toBe(before + 1);
});

it('barks at once where the time has passed', () => {
  const { seen, watchFor } = rig();
  watchFor('past', -5);
  vi.advanceTimersByTime(15);
  expect(seen).toContain('past');
});
