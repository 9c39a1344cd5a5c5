import { types } from 'node:util';

/**
 * Runs `fn` and tells how it ended, now or when its promise settles. Result and error pass through by identity.
 *
 * Only real promises are waited for: calling `then` on a lazy thenable (a query builder) would run it a second time.
 */
export function observe<T>(fn: () => T, onSuccess: () => void, onError: (error: unknown) => void): T {
  let result: T;
  try {
    result = fn();
  } catch (error) {
    onError(error);
    throw error;
  }
  if (!types.isPromise(result)) {
    onSuccess();
    return result;
  }
  const observed = Promise.resolve(result).then(
    (value) => {
      onSuccess();
      return value;
    },
    (error) => {
      onError(error);
      throw error;
    },
  );
  // What follows a promise counts as its handler. Only by giving that out does a rejection nobody handles stay one.
  if (isPlain(result)) return observed as T;
  observed.catch(() => {});
  return result;
}

/** A promise with a class or members of its own (`cancel`, say) has to stay itself. */
function isPlain(promise: Promise<unknown>): boolean {
  return Object.getPrototypeOf(promise) === Promise.prototype && Object.getOwnPropertyNames(promise).length === 0;
}
