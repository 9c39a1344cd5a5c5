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
  if (result instanceof Promise) result.then(onSuccess, onError);
  else onSuccess();
  return result;
}
