/** Whole seconds and nanoseconds (0 to 999,999,999) since the epoch; [0, 0], unknown, unless it lies in 1970 to 2105. */
export type Time = readonly [seconds: number, nanos: number];

/** Brings an `HrTime` of the OpenTelemetry API to a time, whatever it holds. */
export function toTime(hrTime: readonly [number, number]): Time {
  let seconds = Math.trunc(hrTime[0]);
  let nanos = Math.trunc(hrTime[1]);
  if (nanos < 0 || nanos > 999_999_999) {
    const carry = Math.floor(nanos / 1e9);
    seconds += carry;
    nanos -= carry * 1e9;
  }
  // False for NaN too. The bound keeps the arithmetic of the encoders below 2^53.
  return seconds >= 0 && seconds < 0x100000000 && nanos >= 0 ? [seconds, nanos] : [0, 0];
}

/** Brings milliseconds since the epoch, with a fraction or not, to a time. */
export function millisToTime(timestampMs: number): Time {
  const seconds = Math.floor(timestampMs / 1000);
  return toTime([seconds, Math.round((timestampMs - seconds * 1000) * 1e6)]);
}
