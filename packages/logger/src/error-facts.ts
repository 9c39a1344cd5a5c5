import { types } from 'node:util';
import { describeError, type ErrorFacts } from '@tracelet/core';

/** Tells whether a value is an error, also one from another realm. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || types.isNativeError(value);
  } catch {
    // A revoked Proxy is nothing at all.
    return false;
  }
}

/** Describes an error as core does; one of another realm is no `Error` here and has to be copied for that. */
export function describe(error: Error): ErrorFacts {
  if (error instanceof Error) return describeError(error);
  const { name, message, stack } = error as Error;
  return describeError(Object.assign(new Error(message), { name, stack }));
}
