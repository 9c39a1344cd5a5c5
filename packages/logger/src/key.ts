import type { Redactor } from '@tracelet/core';
import { inOnePiece, quoteWithin } from './quote.ts';

/** A property's name, as it is written and judged. */
export interface Key {
  /** `,"name":` */
  readonly text: string;
  /** Whether its value must not be shown. */
  readonly secret: boolean;
}

/** Characters of JSON of one name. */
const MAX_KEY_CHARS = 256;

// Names are few and come again: remembering them saves a fifth of a line's time. Bounded, because they may come from
// outside.
const MAX_KNOWN = 1000;
const MAX_KNOWN_CHARS = 64;

/** Makes what writes names, as the rules have them; for a reserved one it gives `undefined`. */
export function makeKeys(reserved: readonly string[]): (name: string, redact: Redactor) => Key | undefined {
  const known = new Map<string, Key | undefined>();
  let rules: Redactor | undefined;
  let version = -1;
  return (name, redact) => {
    if (redact !== rules || redact.version !== version) {
      known.clear();
      for (const each of reserved) known.set(each, undefined);
      rules = redact;
      version = redact.version;
    }
    const found = known.get(name);
    if (found !== undefined || known.has(name)) return found;
    const key = { text: `,${quoteWithin(redact.text(name), MAX_KEY_CHARS)}:`, secret: redact.isSecret(name) };
    if (known.size >= MAX_KNOWN || name.length > MAX_KNOWN_CHARS) return key;
    const kept = { ...key, text: inOnePiece(key.text) };
    known.set(name, kept);
    return kept;
  };
}
