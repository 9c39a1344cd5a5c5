import { types } from 'node:util';

/** Tells whether a value is an error, also one from another realm. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value);
  } catch {
    // A revoked Proxy is nothing at all.
    return false;
  }
}

/**
 * Adds to what is said of an error its `cause` and the `errors` of an AggregateError. They are read when they are
 * written, because that may throw.
 */
export function withCauses(said: object, error: Error): object {
  const errors = (): unknown => {
    const members = (error as { readonly errors?: unknown }).errors;
    return Array.isArray(members) ? members : undefined;
  };
  return Object.defineProperties(said, {
    cause: { get: () => error.cause, enumerable: true },
    errors: { get: errors, enumerable: true },
  });
}
