import type { HrTime } from '@opentelemetry/api';
import { monotonicMs as sinceStartMs } from '@tracelet/core';

/** Beyond this the monotonic clock has stood still while the process was frozen, in milliseconds. */
const DRIFT_MS = 1.5;

/**
 * A clock of the time of day with microseconds: what the system clock says, refined by the monotonic one, so that spans
 * of one millisecond keep their order. It sets itself anew when the two have drifted apart: a frozen environment stops
 * the monotonic clock only.
 */
export function makeClock(wallMs: () => number = Date.now, monotonicMs: () => number = sinceStartMs): () => HrTime {
  let offsetMs = wallMs() - monotonicMs();
  return () => {
    const wall = wallMs();
    const monotonic = monotonicMs();
    const driftMs = wall - (monotonic + offsetMs);
    if (Math.abs(driftMs) > DRIFT_MS) offsetMs = wall - monotonic;
    return msToHrTime(monotonic + offsetMs);
  };
}

/** Milliseconds since the epoch as the API's pair of seconds and nanoseconds. */
export function msToHrTime(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}
