/**
 * Says what may leave the process in the place of a value: the value itself, another one, or {@link REDACTED}. Called
 * with every key that is not hidden by its name already; a log line's message has the key `message`, a span's name
 * `name`, the message of its status `status.message`. What it throws for is hidden.
 */
export type Redact = (key: string, value: unknown) => unknown;

/** What must not leave the process, beside what never does. Whatever several of these say adds up. */
export interface Redaction {
  /**
   * Names of secrets: a text is the whole name or its last part after a dot (`email` is `user.email` too), in any case; a
   * RegExp is looked for in the name.
   */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /**
   * What looks like a secret: each match inside a text becomes `[REDACTED]`. With patterns of your own, texts are cut at
   * 8,192 characters. A pattern that takes long for some texts is refused.
   */
  readonly patterns?: readonly RegExp[] | undefined;
  /** Has the last word on each value. */
  readonly value?: Redact | undefined;
}

/** One rule or several, which add up. */
export type RedactionRules = Redact | Redaction | readonly (Redact | Redaction)[];

/** The rules one by one. */
export function rulesOf(rules: RedactionRules | undefined): readonly (Redact | Redaction)[] {
  return rules === undefined ? [] : Array.isArray(rules) ? rules : [rules as Redact | Redaction];
}

/** What stands for a secret. */
export const REDACTED = '[REDACTED]';

const SECRET_KEY =
  /authorization|cookie|passw(?:or)?d|passphrase|pwd|secret|token$|(?:api|access|private)[-_. ]?key|credential|signature$|cv[vc]|card[-_. ]?num/i;

/** The address of a secret is none. */
const ADDRESS = /arn$/i;

/**
 * Tells whether a key names a secret: `authorization`, `set-cookie`, `dbPassword`, `client_secret`, `x-api-key`,
 * `X-Amz-Security-Token` and the like. Case and what stands around the word do not matter.
 *
 * Takes 0.1 us: remember the verdict where keys come again.
 */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key) && !ADDRESS.test(key);
}
