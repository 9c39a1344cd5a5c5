/**
 * Says what may leave the process in the place of a value: the value itself, another one, or {@link REDACTED}. Called
 * with every key of a log line's fields that is not redacted by its name already.
 */
export type Redact = (key: string, value: unknown) => unknown;

/** What stands for a secret. */
export const REDACTED = '[REDACTED]';

const SECRET_KEY =
  /authorization|cookie|passw(?:or)?d|passphrase|secret|token$|api[-_. ]?key|private[-_. ]?key|credential/i;

/**
 * Tells whether a key names a secret: `authorization`, `set-cookie`, `dbPassword`, `client_secret`, `x-api-key`,
 * `X-Amz-Security-Token` and the like. Case and what stands around the word do not matter.
 *
 * Takes 0.1 us: remember the verdict where keys come again.
 */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}
