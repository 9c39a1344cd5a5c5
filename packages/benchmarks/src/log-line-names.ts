/** A line made and written by hand; the others are measured against it. */
export const BY_HAND = 'JSON.stringify + stdout.write, 10 fields';

/** The same line by tracelet's logger. */
export const OURS = 'tracelet, 10 fields';
