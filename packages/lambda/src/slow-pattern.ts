/** A pattern may take so long for a text of 256 characters: quadratic time is 0.06 ms there, cubic time 3 ms. */
const MAX_MS = 1;

/** Exponential patterns are found at the short lengths, before they take long. */
const LENGTHS: readonly number[] = [12, 16, 18, 20, 22, 24, 28, 32, 64, 128, 256];

/** What is repeated, beside the characters that the pattern names itself. */
const COMMON: readonly string[] = ['a', '0', ' ', '\\', 'a0', 'a ', 'a.', 'a@'];

/** Characters of a pattern that are tried, one by one. */
const MAX_OWN = 12;

/**
 * Tells whether a pattern takes more than quadratic time for some texts, by timing it on texts made for that: something
 * that it may repeat, and an end that cannot match. It cannot tell for sure; it finds nested and neighbouring repetitions
 * such as `(a+)+` and `.*.*.*=`, and passes a usual pattern for e-mail addresses. Takes 0.1 to 4 ms for one that is fine.
 */
export function isSlow({ flags, source }: RegExp): boolean {
  const pattern = new RegExp(source, `${flags.replaceAll(/[gy]/g, '')}g`);
  const own = new Set(source.replaceAll(/\\[a-z]|[\\^$.*+?()[\]{}|]/gi, ''));
  const repeated = new Set([...COMMON, ...[...own].slice(0, MAX_OWN)]);
  const [head = ''] = /^[\w\s=:,;/@"'<>#%&~-]*/.exec(source.replaceAll(/^\^|\\b|\(\?[:=]|\((?!\?)/g, '')) ?? [];
  const heads = new Set(['', head, head.slice(0, -1), [...own][0] ?? '']);
  return [...heads].some((start) => [...repeated].some((piece) => takesLong(pattern, start, piece)));
}

function takesLong(pattern: RegExp, start: string, piece: string): boolean {
  for (const length of LENGTHS) {
    const text = `${start}${piece.repeat(length / piece.length)}\u0000`;
    // Whatever else this process or its host is at may take long once.
    if ([1, 2, 3].every(() => timeOf(pattern, text) > MAX_MS)) return true;
  }
  return false;
}

function timeOf(pattern: RegExp, text: string): number {
  const startedAtMs = performance.now();
  text.replace(pattern, '');
  return performance.now() - startedAtMs;
}
