/** A pattern may take so long for a text of 256 characters: quadratic time is 0.06 ms there, cubic time 3 ms. */
const MAX_MS = 1;
const MAX_CHARS = 256;

/** How often it is repeated: in steps so small that what takes exponential time is found before it takes long. */
const COUNTS: readonly number[] = [8, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 50, 64, 80, 100, 128, 160, 200, 256];

/** What is repeated, beside the characters that the pattern names itself. */
const COMMON: readonly string[] = ['a', '0', ' ', '\\', 'a0', 'a ', 'a.', 'a@'];

/** Characters of a pattern that are tried, one by one. */
const MAX_OWN = 12;
const MAX_WORDS = 4;

/**
 * Tells whether a pattern takes more than quadratic time for some texts, by timing it on texts made for that: something
 * that it may repeat, and an end that cannot match. It cannot tell for sure; it finds nested and neighbouring repetitions
 * such as `(a+)+` and `.*.*.*=`, and passes a usual pattern for e-mail addresses. Takes 0.1 to 4 ms for one that is fine.
 */
export function isSlow({ flags, source }: RegExp): boolean {
  const pattern = new RegExp(source, `${flags.replaceAll(/[gy]/g, '')}g`);
  const own = new Set(source.replaceAll(/\\[a-z]|[\\^$.*+?()[\]{}|]/gi, ''));
  const words = source.replaceAll(/\\[a-z]/gi, ' ').match(/\w{2,}/g) ?? [];
  const repeated = new Set([...COMMON, ...[...own].slice(0, MAX_OWN), ...words.slice(0, MAX_WORDS)]);
  const [head = ''] = /^[\w\s=:,;/@"'<>#%&~-]*/.exec(source.replaceAll(/^\^|\\b|\(\?[:=]|\((?!\?)/g, '')) ?? [];
  const heads = new Set(['', head, head.slice(0, -1), [...own][0] ?? '']);
  return [...heads].some((start) => [...repeated].some((piece) => takesLong(pattern, start, piece)));
}

function takesLong(pattern: RegExp, start: string, piece: string): boolean {
  for (const count of COUNTS) {
    if (count > 32 && count * piece.length > MAX_CHARS) break;
    const text = `${start}${piece.repeat(count)}\u0000`;
    const startedAtMs = performance.now();
    text.replace(pattern, '');
    if (performance.now() - startedAtMs > MAX_MS && cpuTimeOf(pattern, text) > MAX_MS) return true;
  }
  return false;
}

/** In milliseconds, without what else the host is at. Asking takes longer than most patterns do. */
function cpuTimeOf(pattern: RegExp, text: string): number {
  const before = process.cpuUsage();
  text.replace(pattern, '');
  const { system, user } = process.cpuUsage(before);
  return (system + user) / 1000;
}
